import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { StartError } from './errors.ts';

/** A server that is bound before it can serve, since functions need its address when they are configured. */
export interface Port {
  readonly server: Server;
  readonly number: number;
  /** Sets the listener; earlier requests get 503. */
  serve(listener: RequestListener): void;
  stop(): Promise<void>;
}

/**
 * Binds a port (0 for any free one), with TLS when a certificate is given.
 * @throws StartError when it is in use or not allowed.
 */
export async function bind(
  listen: string,
  port: number,
  tls?: { readonly cert: string; readonly key: string },
): Promise<Port> {
  let listener: RequestListener = (_request, response) => response.writeHead(503).end();
  const dispatch: RequestListener = (request, response) => listener(request, response);
  const server = tls ? createSecureServer(tls, dispatch) : createServer(dispatch);
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const why = error.code === 'EADDRINUSE' ? 'is in use' : `cannot be used (${error.code})`;
      reject(new StartError(`Port ${port} on ${listen} ${why}; choose another one.`));
    });
    server.listen(port, listen, resolve);
  });
  return {
    server,
    number: (server.address() as AddressInfo).port,
    serve: (next) => {
      listener = next;
    },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
