/** One call through the tunnel: our key and path are added, links are led back here. */
import {
  type Agent,
  request as httpRequest,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type ServerResponse,
} from 'node:http';
import { request as httpsRequest } from 'node:https';

export interface Target {
  readonly apiUrl: string;
  readonly apiKey: string;
  readonly groupId: string;
  readonly agent: Agent;
  /** The tunnel's own address, as its clients know it. */
  readonly here: string;
  /** PEM of the tunnel's own certificate. */
  readonly caCertificate?: string;
  readonly print: (line: string) => void;
}

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** What belongs to one hop. */
const HOP = ['connection', 'keep-alive', 'transfer-encoding', 'upgrade', 'te', 'trailer', 'host', 'expect'];
/** An HTTP API takes 10 MB; NetBackup far less. */
const MOST_BODY_BYTES = 10 * 1024 * 1024;
/** API Gateway decodes a path, and cuts it at what was a question mark: NetBackup would be asked for something else. */
const LOST_ON_THE_WAY =
  'A path with an escaped / or ? would arrive as another path. Send the call as a command: POST /v1/groups/{groupId}/commands.';
/** Up to a second on average between two tries. */
const MOST_DOUBLINGS = 3;
/** How long a call waits here for a place among those that may wait there. */
const PATIENCE_MS = 60_000;

const collected = async (stream: IncomingMessage): Promise<Buffer> => {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of stream) {
    bytes += (chunk as Buffer).length;
    if (bytes > MOST_BODY_BYTES) throw new Error(`the body is larger than ${MOST_BODY_BYTES} bytes`);
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks);
};

const withoutHop = (headers: IncomingHttpHeaders): IncomingHttpHeaders =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => !HOP.includes(name)));

const send = (target: Target, client: IncomingMessage, body: Buffer): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const url = new URL(target.apiUrl);
    const prefix = url.pathname.replace(/\/$/, '');
    const send = url.protocol === 'https:' ? httpsRequest : httpRequest;
    const call = send(
      {
        protocol: url.protocol,
        hostname: url.hostname,
        port: url.port,
        agent: target.agent,
        method: client.method,
        // As the client wrote it: building a URL of it would normalise dots and escapes.
        path: `${prefix}/v1/groups/${encodeURIComponent(target.groupId)}${client.url}`,
        headers: {
          ...withoutHop(client.headers),
          'x-api-key': target.apiKey,
          'accept-encoding': 'identity',
          'content-length': body.length,
        },
      },
      (response) => {
        collected(response).then(
          (answer) =>
            resolve({ status: response.statusCode ?? 502, headers: response.headers, body: answer }),
          reject,
        );
      },
    );
    call.once('error', reject);
    call.end(body);
  });

/** All places for waiting are taken: nothing was sent, so it can be sent again. */
const isFull = ({ status, body }: Answer): boolean =>
  status === 429 && body.toString().includes('"too-many-waiting"');

const sendPatiently = async (target: Target, client: IncomingMessage, body: Buffer): Promise<Answer> => {
  const until = Date.now() + PATIENCE_MS;
  for (let refused = 0; ; refused++) {
    const answer = await send(target, client, body);
    if (!isFull(answer) || Date.now() > until) return answer;
    // Spread, or all that wait would come again at once; and slower each time, or many would keep the API busy with refusing.
    const pause = (50 + Math.random() * 200) * 2 ** Math.min(refused, MOST_DOUBLINGS);
    await new Promise((resolve) => setTimeout(resolve, pause));
  }
};

/**
 * Links of the API lead to the API, by the name that it knows itself by, which need not be the one it was reached by; the
 * client knows this address only.
 */
const ledBack = ({ groupId, here }: Target, text: string): string => {
  const group = groupId.replaceAll('.', '\\.');
  const link = new RegExp(`https?://[^\\s"]{1,300}?/v1/groups/${group}/netbackup(?=[/?#"]|$)`, 'g');
  return text.replace(link, () => `${here}/netbackup`);
};

const problem = (status: number, detail: string): Answer => ({
  status,
  headers: { 'content-type': 'application/problem+json' },
  body: Buffer.from(JSON.stringify({ type: 'about:blank', status, detail })),
});

const answerTo = async (target: Target, client: IncomingMessage): Promise<Answer> => {
  const { caCertificate: pem } = target;
  const path = client.url ?? '/';
  if (!path.startsWith('/netbackup/')) return problem(404, "Only NetBackup's API is here: /netbackup/…");
  if (/%(2f|3f)/i.test(path.split('?', 1)[0] ?? '')) return problem(400, LOST_ON_THE_WAY);
  // Clients take their trust from there, and it is this listener that they have to trust.
  if (pem && client.method === 'GET' && path === '/netbackup/security/cacert') {
    return {
      status: 200,
      headers: { 'content-type': 'application/vnd.netbackup+json;version=1.0' },
      body: Buffer.from(JSON.stringify({ cacert: [pem], webRootCert: pem })),
    };
  }
  try {
    return await sendPatiently(target, client, await collected(client));
  } catch (error) {
    return problem(502, `The endpoint cannot be reached: ${(error as Error).message}`);
  }
};

const sizeOf = (bytes: number): string => (bytes < 1024 ? `${bytes} B` : `${Math.round(bytes / 1024)} KB`);

/** Answers one call, and prints a line about it. Never rejects. */
export const forward = async (
  target: Target,
  client: IncomingMessage,
  response: ServerResponse,
): Promise<void> => {
  const start = Date.now();
  const answer = await answerTo(target, client);
  const { location, ...headers } = withoutHop(answer.headers);
  // Bodies are text, since they came in a JSON string; one that does not say what it is may hold links as well.
  const body = Buffer.from(ledBack(target, answer.body.toString()));
  response.writeHead(answer.status, {
    ...headers,
    ...(location === undefined ? {} : { location: ledBack(target, location) }),
    ...(answer.status === 204 || client.method === 'HEAD' ? {} : { 'content-length': body.length }),
  });
  response.end(body);
  const time = new Date().toTimeString().slice(0, 8);
  // Without the query: its values are not for a terminal that somebody looks at.
  const path = client.url?.split('?', 1)[0];
  target.print(
    `${time} ${client.method} ${path} ${answer.status} ${sizeOf(body.length)} ${Date.now() - start} ms`,
  );
};
