/** The tunnel's servers and their certificate. */
import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createTlsServer, type Server as TlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { DAY_MS } from '../../../lambdas/platform/clock.ts';
import { isWildcard, urlHost } from '../../../local/host-names.ts';
import type { Authority } from '../authority.ts';
import type { Address } from './options.ts';

/** Renews the certificate long before it expires, without a restart. */
const RENEW_MS = DAY_MS;

export interface Servers {
  /**
   * @returns the server's URL: `https://127.0.0.1:1556`
   * @throws Error when the address cannot be used
   */
  open(address: Address, handler: RequestListener): Promise<string>;
  close(): Promise<void>;
}

const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'this process lacks the privilege for ports below 1024',
  EADDRINUSE: 'another process uses it',
  EADDRNOTAVAIL: 'this machine has no such address',
  ENOTFOUND: 'the host name cannot be resolved',
};

const listening = (server: Server, { host, port }: Address): Promise<number> =>
  new Promise((ready, failed) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      failed(
        new Error(`${urlHost(host)}:${port} cannot be used: ${REASONS[error.code ?? ''] ?? error.message}.`),
      ),
    );
    server.listen(port, host, () => ready((server.address() as AddressInfo).port));
  });

/**
 * @param authority undefined: without TLS
 * @param names for the certificate
 * @param preferred the host name in the servers' URLs; default: the address
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
      // The handler sends 100 Continue itself, after its checks.
      server.on('checkContinue', handler);
      // Keep idle connections longer than a call may wait.
      server.keepAliveTimeout = 75_000;
      const port = await listening(server, address);
      servers.push(server);
      const name = preferred ?? (isWildcard(address.host) ? '127.0.0.1' : address.host);
      return `${leaf ? 'https' : 'http'}://${urlHost(name)}:${port}`;
    },
    async close() {
      clearInterval(renewing);
      for (const server of servers) server.closeAllConnections();
      await Promise.all(servers.map((server) => new Promise((closed) => server.close(closed))));
    },
  };
};
