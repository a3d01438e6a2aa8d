import { type IncomingMessage, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import { ConcurrencyLimiter } from './concurrency-limiter.ts';
import { type ConnectionFacts, connectEvent, connectionFacts, errorFrame } from './events.ts';
import { type IntegrationResult, isSuccess } from './integration.ts';
import type { InvocationOptions, Invocations } from './invocations.ts';
import { GatewaySocket } from './socket.ts';
import type { WebSocketApiSpec } from './types.ts';
import { stagePath } from './values.ts';

export interface HandshakeOptions extends Pick<InvocationOptions, 'clock' | 'limits' | 'count'> {
  readonly invocations: Invocations;
  readonly newConnectionId: () => string;
  /** Open connections. */
  readonly size: () => number;
  /** Called with each new connection. */
  readonly opened: (ws: GatewaySocket, facts: ConnectionFacts) => void;
}

/** The relay's clients may send a message in this many frames: 64 MB in 512 bytes each. `ws` would end at 16 384. */
const MAX_FRAGMENTS = 128 * 1024;
/** A client that does not answer a close frame is disconnected after this time; the limit of `ws` is 30 s. */
const CLOSE_TIMEOUT_MS = 5_000;
const FORBIDDEN: IntegrationResult = { status: 403, body: '{"message":"Forbidden"}' };
/** Nobody reads it. */
const GONE: IntegrationResult = { status: 408, body: '' };

/** The handshakes of one stage, and all its sockets from upgrade to end. */
export function createHandshakes(spec: WebSocketApiSpec, options: HandshakeOptions) {
  const { clock, limits, count, invocations, newConnectionId, size, opened } = options;
  const connectRoute = spec.routes.find(({ routeKey }) => routeKey === '$connect');
  const sockets = new Set<Duplex>();
  const limiter = new ConcurrencyLimiter(limits.handshakes);
  /** What is known of a request until its connection is open. */
  const pending = new WeakMap<IncomingMessage, { facts: ConnectionFacts; outcome: IntegrationResult }>();
  let refuses = false;

  /** $connect is called before the response to the handshake, and decides it. */
  async function connect(req: IncomingMessage): Promise<IntegrationResult> {
    const [path = ''] = (req.url ?? '').split('?');
    if (stagePath(spec, req.headers.host, path) !== '/') return FORBIDDEN;
    const arrived = connectionFacts(req, newConnectionId(), spec, clock.now());
    return limiter.run(async () => {
      // When all domains reconnect, those that have given up would keep the others waiting until they give up too.
      if (!req.socket.readable) return GONE;
      // Not since the request: 30 s later it is closed if there was no CONNECT, however long it has waited for its turn.
      const facts = { ...arrived, connectedAt: clock.now() };
      const outcome = connectRoute ? await invoke(facts, req) : { status: 200, body: '' };
      pending.set(req, { facts, outcome });
      return outcome;
    });
  }

  async function invoke(facts: ConnectionFacts, req: IncomingMessage): Promise<IntegrationResult> {
    if (!connectRoute) return FORBIDDEN;
    const event = connectEvent(facts, req);
    const until = clock.now() + limits.retryMs;
    const outcome = await invocations.repeatedly(connectRoute, event, until, 'failures');
    const { status, error = STATUS_CODES[status] ?? '' } = outcome;
    return isSuccess(outcome) ? outcome : { status, body: errorFrame(error, event) };
  }

  const server = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    WebSocket: GatewaySocket,
    maxPayload: limits.messageBytes,
    ...(limits.closeReasons && { maxFragments: MAX_FRAGMENTS, closeTimeout: CLOSE_TIMEOUT_MS }),
    verifyClient: async ({ req }, answer) => {
      const unwatch = watchEarly(req.socket, limits.earlyBytes);
      const { status, body } = await connect(req);
      unwatch();
      answer(isSuccess({ status, body }), status, body, { 'Content-Type': 'application/json' });
    },
    // Only the subprotocol that the $connect integration chose.
    handleProtocols: (_offered, req) => pending.get(req)?.outcome.subprotocol ?? false,
  });

  // Shared by all sockets: an idle connection has no closures of its own.
  function onError(this: Duplex): void {
    this.destroy();
  }
  function onClose(this: Duplex): void {
    sockets.delete(this);
  }
  const isFull = () => size() + limiter.running + limiter.waiting >= limits.connections;

  return {
    /** Handles an `upgrade` of an HTTP server; a path other than the stage's, or a host that is disabled, gets 403. */
    handleUpgrade(req: IncomingMessage, socket: Duplex, head: Buffer): void {
      socket.on('error', onError).once('close', onClose);
      sockets.add(socket);
      if (head.length > limits.earlyBytes) return void socket.destroy();
      if (refuses || isFull()) {
        count('HandshakeRefused');
        const answer = 'HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\nContent-Length: 0\r\n\r\n';
        return void socket.end(answer, () => socket.destroy());
      }
      server.handleUpgrade(req, socket, head, (ws) => {
        const known = pending.get(req);
        if (known) opened(ws, known.facts);
      });
    },
    /** New ones are answered with 503. */
    refuse(): void {
      refuses = true;
    },
    /** Resolves when no socket is left. */
    async closed(): Promise<void> {
      await Promise.all([...sockets].map(whenClosed));
    },
    /** Drops every socket. */
    async drop(): Promise<void> {
      refuses = true;
      await Promise.all([...sockets].map((socket) => whenClosed(socket.destroy())));
    },
  };
}

/** Ends a connection on which more than `most` bytes wait. Nothing reads them until its handshake is answered. @returns what ends the watch */
function watchEarly(socket: Duplex, most: number): () => void {
  const check = () => {
    if (socket.readableLength > most) socket.destroy();
  };
  socket.on('readable', check);
  return () => socket.off('readable', check);
}

const whenClosed = (socket: Duplex): Promise<void> =>
  new Promise((done) => {
    socket.once('close', () => done());
  });
