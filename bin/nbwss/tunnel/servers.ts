/** The sockets that the tunnel listens on, and the certificate that they show. */
import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createTlsServer, type Server as TlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Authority } from '../authority.ts';
import { type Address, inUrl, isWildcard } from './options.ts';

/** Long before the certificate ends, and without a restart. */
const RENEW_MS = 86_400_000;

export interface Servers {
  /**
   * @returns the server's URL: `https://127.0.0.1:1556`
   * @throws Error in a sentence when the address cannot be listened on
   */
  open(address: Address, handler: RequestListener): Promise<string>;
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
 * @param preferred the name in the servers' URLs, if it is not to be the address
 */
export const createServers = async (
  authority: Authority | undefined,
  names: readonly string[],
  preferred: string | undefined,
): Promise<Servers> => {
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
    async open(address, handler) {
      const server = leaf ? createTlsServer(leaf, handler) : createServer(handler);
      // A body that would be refused is not asked for.
      server.on('checkContinue', handler);
      // Longer than a call may wait, so that an idle client finds its connection open.
      server.keepAliveTimeout = 75_000;
      const port = await listening(server, address);
      servers.push(server);
      const name = preferred ?? (isWildcard(address.host) ? '127.0.0.1' : address.host);
      return `${leaf ? 'https' : 'http'}://${inUrl(name)}:${port}`;
    },
    async close() {
      clearInterval(renewing);
      for (const server of servers) server.closeAllConnections();
      await Promise.all(servers.map((server) => new Promise((closed) => server.close(closed))));
    },
  };
};
