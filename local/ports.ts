import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
  STATUS_CODES,
} from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { type AddressInfo, createServer as createTcpServer, type Server as TcpServer } from 'node:net';
import type { Duplex } from 'node:stream';
import { StartError } from './errors.ts';
import { type Admission, originOf, refusedFor } from './origin.ts';

type UpgradeListener = (request: IncomingMessage, socket: Duplex, head: Buffer) => void;

/** A server that is bound before it can serve, since functions need its address when they are configured. */
export interface Port {
  readonly number: number;
  /** Sets the listener; earlier requests get 503. */
  serve(listener: RequestListener, allowsOrigin?: Admission['allowsOrigin']): void;
  /** Adds host names that it answers to, in lower case. */
  alsoNamed(names: readonly string[]): void;
  /** Serves new connections with another certificate (PEM texts), if the port has TLS. */
  renew(certificate: Pick<Tls, 'cert' | 'key'>): void;
  /** Sets the listener for upgrades to WebSocket. */
  serveUpgrades(listener: UpgradeListener): void;
  stop(): Promise<void>;
}

/** Responses to requests that a server does not answer (`refusedFor`). Their bodies are not read. */
const REFUSALS = {
  host: { status: 421, message: 'This is not a host name of this server.' },
  origin: { status: 403, message: 'Pages of other sites may not call this server.' },
};
type Refused = keyof typeof REFUSALS;

const refusal = (why: Refused) => {
  const { status, message } = REFUSALS[why];
  const body = JSON.stringify({ message });
  const headers = { 'content-type': 'application/json', 'content-length': body.length, connection: 'close' };
  return { status, headers, body };
};

const refuseRequest = (response: ServerResponse, why: Refused): void => {
  const { status, headers, body } = refusal(why);
  response.writeHead(status, headers).end(body);
};

const refuseUpgrade = (socket: Duplex, why: Refused): void => {
  const { status, headers, body } = refusal(why);
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.on('error', () => socket.destroy()).once('finish', () => socket.destroy());
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines.join('')}\r\n${body}`);
};

/** PEM texts. `alsoPlain`: the port serves HTTP without TLS as well. */
interface Tls {
  readonly cert: string;
  readonly key: string;
  readonly alsoPlain?: boolean;
}

/** The first byte of a TLS connection (RFC 8446, 5.1: a handshake record). No HTTP request begins with it. */
const TLS_HANDSHAKE = 0x16;

/** Gives each connection to one of two servers, by its first byte. */
const divide = (plain: Server, secure: Server): TcpServer =>
  // The options are those of HTTP servers: a client may end its side after the request, and small answers are sent immediately.
  createTcpServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
    socket.on('error', () => socket.destroy());
    socket.once('readable', () => {
      const first = socket.read(1) as Buffer | null;
      if (!first) {
        socket.destroy();
        return;
      }
      socket.unshift(first);
      (first[0] === TLS_HANDSHAKE ? secure : plain).emit('connection', socket);
    });
  });

/**
 * Binds a port (0 for any free one), with TLS when a certificate is given.
 * @param names the host names that it answers to, in lower case
 * @throws StartError when it is in use or not allowed.
 */
export async function bind(listen: string, port: number, names: readonly string[], tls?: Tls): Promise<Port> {
  let listener: RequestListener = (_request, response) => response.writeHead(503).end();
  let admission: Admission = { names: new Set(names) };
  const dispatch: RequestListener = (request, response) => {
    const why = refusedFor(originOf(request), admission);
    if (why) refuseRequest(response, why);
    else listener(request, response);
  };
  const secure = tls && createSecureServer(tls, dispatch);
  const server = secure ?? createServer(dispatch);
  const bound: TcpServer = tls?.alsoPlain ? divide(createServer(dispatch), server) : server;
  const open = new Set<Duplex>();
  bound.on('connection', (socket: Duplex) => {
    open.add(socket);
    socket.once('close', () => open.delete(socket));
  });
  return {
    number: await listening(bound, listen, port),
    serve: (next, allowsOrigin) => {
      listener = next;
      if (allowsOrigin) admission = { ...admission, allowsOrigin };
    },
    alsoNamed: (more) => {
      admission = { ...admission, names: new Set([...admission.names, ...more]) };
    },
    renew: ({ cert, key }) => secure?.setSecureContext({ cert, key }),
    // A server without this listener serves requests that offer an upgrade, such as those of Java's HttpClient.
    serveUpgrades: (next) => {
      server.on('upgrade', (request, socket, head) => {
        const why = refusedFor(originOf(request), admission);
        if (why) refuseUpgrade(socket, why);
        else next(request, socket, head);
      });
    },
    stop: () =>
      new Promise((resolve) => {
        bound.close(() => resolve());
        for (const socket of open) socket.destroy();
      }),
  };
}

/** Lets a server listen. @returns its port @throws StartError when it is in use or not allowed. */
export async function listening(server: TcpServer, listen: string, port: number): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const why = error.code === 'EADDRINUSE' ? 'is in use' : `cannot be used (${error.code})`;
      reject(new StartError(`Port ${port} on ${listen} ${why}; choose another one.`));
    });
    server.listen(port, listen, resolve);
  });
  return (server.address() as AddressInfo).port;
}
