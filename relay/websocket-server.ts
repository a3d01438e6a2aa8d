import { createServer as createPlainServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTlsServer, type Server as TlsServer } from 'node:https';
import type { WebSocketGateway } from '../gateway/gateway.ts';
import type { CertificateAndKey } from './tls/certificate.ts';

/** The time for the TLS handshake, and for the request after it: a client that opens a connection must use it. */
const HANDSHAKE_MS = 10_000;
const TLS = { minVersion: 'TLSv1.2', handshakeTimeout: HANDSHAKE_MS } as const;

export interface WebSocketServerOptions {
  /** False: TLS ends at the load balancer. */
  readonly tls: boolean;
  readonly stage: string;
  readonly handleUpgrade: WebSocketGateway['handleUpgrade'];
  readonly maxConnections: number;
  /** Called when a connection is refused because there are `maxConnections`. */
  readonly refused: () => void;
}

/** The server of the WebSocket port. With TLS, handshakes fail until `setCertificate` was called. */
export function createWebSocketServer(options: WebSocketServerOptions) {
  const http = {
    headersTimeout: HANDSHAKE_MS,
    requestTimeout: HANDSHAKE_MS,
    connectionsCheckingInterval: HANDSHAKE_MS / 2,
    keepAliveTimeout: 1,
  };
  const respond = (request: IncomingMessage, response: ServerResponse) =>
    refuse(request, response, options.stage);
  const server = options.tls
    ? createTlsServer({ ...http, ...TLS }, respond)
    : createPlainServer(http, respond);
  server.maxConnections = options.maxConnections;
  server.on('drop', options.refused);
  server.on('upgrade', options.handleUpgrade);
  return {
    server,
    /** For new connections; those that are open stay. */
    setCertificate: (certificate: CertificateAndKey): void => {
      if (options.tls) (server as TlsServer).setSecureContext({ ...certificate, minVersion: TLS.minVersion });
    },
  };
}

/** Answers a request that does not open a WebSocket connection. */
function refuse({ url = '' }: IncomingMessage, response: ServerResponse, stage: string): void {
  const [path] = url.split('?');
  const found = path === `/${stage}` || path === `/${stage}/`;
  const headers = { 'content-type': 'application/json', connection: 'close' };
  if (found) response.writeHead(426, { ...headers, upgrade: 'websocket', connection: 'close, upgrade' });
  else response.writeHead(404, headers);
  response.end(JSON.stringify({ message: found ? 'Upgrade Required' : 'Not Found' }));
}
