/** The sockets that the tunnel listens on, and the certificate that they show. */
import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createTlsServer, type Server as TlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Authority } from './authority.ts';
import { inUrl } from './hosts.ts';
import { type Address, isEverywhere } from './listen-options.ts';

/** Long before the certificate ends, and without a restart. */
const RENEW_MS = 86_400_000;

export interface Listeners {
  /**
   * @param listenerFor made for each address, once it is known
   * @returns its address: `https://127.0.0.1:1556`
   * @throws Error in a sentence when it cannot be listened on
   */
  open(place: Address, listenerFor: (here: () => string) => RequestListener): Promise<string>;
  close(): Promise<void>;
}

const WHY: Readonly<Record<string, string>> = {
  EACCES: 'ports below 1024 need a privilege that this process has not got',
  EADDRINUSE: 'another process listens there',
  EADDRNOTAVAIL: 'this machine has no such address',
  ENOTFOUND: 'no such name is known',
};

const listening = (server: Server, { host, port }: Address): Promise<number> =>
  new Promise((ready, failed) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      failed(new Error(`${inUrl(host)}:${port} cannot be used: ${WHY[error.code ?? ''] ?? error.message}.`)),
    );
    server.listen(port, host, () => ready((server.address() as AddressInfo).port));
  });

/**
 * @param authority undefined: without TLS
 * @param names for the certificate
 * @param preferred a name for links in answers to a client that does not say by which one it came
 */
export const createListeners = async (
  authority: Authority | undefined,
  names: readonly string[],
  preferred: string | undefined,
): Promise<Listeners> => {
  const servers: (Server | TlsServer)[] = [];
  let leaf = await authority?.sign(names);
  const renewing =
    authority &&
    setInterval(async () => {
      leaf = await authority.sign(names);
      for (const server of servers) if ('setSecureContext' in server) server.setSecureContext(leaf);
    }, RENEW_MS);
  renewing?.unref();
  return {
    async open(place, listenerFor) {
      const name = preferred ?? (isEverywhere(place.host) ? '127.0.0.1' : place.host);
      let address = '';
      const listener = listenerFor(() => address);
      const server = leaf ? createTlsServer(leaf, listener) : createServer(listener);
      // A body that would be refused is not asked for.
      server.on('checkContinue', listener);
      // Longer than a call may wait, so that an idle client finds its connection open.
      server.keepAliveTimeout = 75_000;
      const port = await listening(server, place);
      servers.push(server);
      address = `${leaf ? 'https' : 'http'}://${inUrl(name)}:${port}`;
      return address;
    },
    async close() {
      clearInterval(renewing);
      for (const server of servers) server.closeAllConnections();
      await Promise.all(servers.map((server) => new Promise((closed) => server.close(closed))));
    },
  };
};
