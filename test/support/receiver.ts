/** A receiver of webhooks with the certificate of the local cloud, which fails as a test says. */
import type { IncomingHttpHeaders, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { testCertificate } from './tls.ts';

/** A status, a connection that is closed, or no response. */
export type Reaction = number | 'close' | 'hang';

export interface Received {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  readonly reaction: Reaction;
}

export interface Receiver {
  readonly url: string;
  /** Every request, in the order of arrival. */
  readonly received: readonly Received[];
  /** What the next requests get; afterwards `otherwise`. */
  reactions: Reaction[];
  otherwise: Reaction;
  /** Resolves when a request has arrived that gets no response. */
  hung(): Promise<void>;
  stop(): Promise<void>;
}

export const startReceiver = async (): Promise<Receiver> => {
  const { cert, key } = await testCertificate();
  const received: Received[] = [];
  const waiting: (() => void)[] = [];
  let hanging = 0;

  const react = (reaction: Reaction, response: ServerResponse): void => {
    if (reaction === 'close') response.socket?.destroy();
    else if (reaction === 'hang') {
      hanging += 1;
      for (const resolve of waiting.splice(0)) resolve();
    } else response.writeHead(reaction).end();
  };
  const server = createServer({ cert, key }, async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    const reaction = receiver.reactions.shift() ?? receiver.otherwise;
    received.push({ path: request.url ?? '', headers: request.headers, body, reaction });
    react(reaction, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));

  const receiver: Receiver = {
    url: `https://localhost:${(server.address() as AddressInfo).port}`,
    received,
    reactions: [],
    otherwise: 200,
    hung: () =>
      hanging > 0 ? Promise.resolve() : new Promise<void>((resolve) => void waiting.push(resolve)),
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return receiver;
};
