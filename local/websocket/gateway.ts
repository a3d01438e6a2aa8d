import { type IncomingMessage, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import { Activity } from '../activity.ts';
import type { Clock } from '../clock.ts';
import { invokeWithin } from '../http-api/values.ts';
import type {
  ConnectionsApi,
  LambdaService,
  LocalLog,
  ManagementAnswer,
  WebSocketApiSpec,
  WebSocketRouteSpec,
} from '../types.ts';
import { Connection } from './connection.ts';
import {
  type ConnectionFacts,
  connectEvent,
  connectionFacts,
  disconnectEvent,
  type EventType,
  type GatewayEvent,
  messageEvent,
} from './events.ts';
import { type Integrated, integrated } from './integration.ts';
import { AWS_LIMITS, type WebSocketLimits } from './limits.ts';
import { type Order, Pump, random } from './pump.ts';
import { routeSelector, type SelectRoute } from './routes.ts';

/** One line of access log, by the names of the `$context` variables. It never holds a body. */
export interface AccessLogEntry {
  readonly apiId: string;
  readonly stage: string;
  readonly requestId: string;
  readonly extendedRequestId: string;
  readonly routeKey: string;
  readonly eventType: EventType;
  readonly connectionId: string;
  readonly connectedAt: number;
  readonly requestTime: string;
  readonly requestTimeEpoch: number;
  readonly domainName: string;
  readonly identity: ConnectionFacts['identity'];
  readonly status: number;
  readonly integrationLatency: number;
  readonly integrationErrorMessage?: string;
  readonly error?: { readonly message: string };
  readonly disconnectStatusCode?: number;
  readonly disconnectReason?: string;
}

export interface WebSocketGatewayOptions {
  readonly lambda: LambdaService;
  readonly clock: Clock;
  readonly limits?: Partial<WebSocketLimits>;
  /** `shuffled` unless said otherwise: AWS promises no order. */
  readonly order?: Order;
  readonly seed?: number;
  readonly log: LocalLog;
  readonly onAccess?: (entry: AccessLogEntry) => void;
}

interface Accepted {
  readonly facts: ConnectionFacts;
  readonly subprotocol: string | false;
}

/** An API Gateway WebSocket API with one stage. Who owns the HTTPS server hands its upgrades to it. */
export class WebSocketGateway {
  readonly connections: ConnectionsApi;
  readonly #spec: WebSocketApiSpec;
  readonly #options: WebSocketGatewayOptions;
  readonly #limits: WebSocketLimits;
  readonly #select: SelectRoute;
  readonly #random: () => number;
  readonly #server: WebSocketServer;
  readonly #accepted = new WeakMap<IncomingMessage, Accepted>();
  readonly #open = new Map<string, Connection>();
  /** Every socket, from the upgrade to its end. */
  readonly #sockets = new Set<Duplex>();
  readonly #activity = new Activity();
  #stopped = false;

  /** @throws StartError for a route selection expression that is not supported. */
  constructor(spec: WebSocketApiSpec, options: WebSocketGatewayOptions) {
    this.#spec = spec;
    this.#options = options;
    this.#limits = { ...AWS_LIMITS, ...options.limits };
    this.#select = routeSelector(spec);
    this.#random = random(options.seed ?? 1);
    this.#server = new WebSocketServer({
      noServer: true,
      clientTracking: false,
      perMessageDeflate: false,
      maxPayload: this.#limits.messageBytes,
      verifyClient: ({ req }, answer) => this.#connect(req, answer),
      // Only what the $connect integration chose: a client that insists on one of its own is not served.
      handleProtocols: (_offered, req) => this.#accepted.get(req)?.subprotocol ?? false,
    });
    this.connections = {
      post: async (id, body) => this.#withConnection(id, (connection) => connection.post(body)),
      get: async (id) => this.#withConnection(id, (connection) => connection.describe()),
      delete: async (id) =>
        this.#withConnection(id, (connection) => {
          // Code and reason that DeleteConnection shows in $disconnect: boto/boto3#3789, aws/chalice#2060.
          connection.end(1000, 'Connection Closed Normally');
          return { status: 204 };
        }),
    };
  }

  /** Takes one `upgrade` of an HTTP server; a path other than the stage's is refused with 403. */
  handleUpgrade(req: IncomingMessage, socket: Duplex, head: Buffer): void {
    socket.on('error', () => socket.destroy());
    const [path] = (req.url ?? '').split('?');
    if (this.#stopped || path?.replace(/\/$/, '') !== `/${this.#spec.stageName}`) {
      refuse(socket, 403, 'ForbiddenException', '{"message":"Forbidden"}');
      return;
    }
    this.#sockets.add(socket);
    socket.once('close', () => this.#sockets.delete(socket));
    this.#server.handleUpgrade(req, socket, head, (ws) => this.#opened(ws, socket, req));
  }

  /** Resolves when no event is queued or with a function. */
  idle(): Promise<void> {
    return this.#activity.idle();
  }

  /** Drops every connection, without $disconnect: the functions are about to go too. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await Promise.all(
      [...this.#sockets].map((socket) => new Promise((resolve) => socket.once('close', resolve).destroy())),
    );
  }

  #withConnection(id: string, act: (connection: Connection) => ManagementAnswer): ManagementAnswer {
    const connection = this.#open.get(id);
    return connection ? act(connection) : { status: 410 };
  }

  /** $connect comes before the handshake is answered, and decides how. */
  async #connect(
    req: IncomingMessage,
    answer: (ok: boolean, status?: number, body?: string, headers?: Record<string, string>) => void,
  ): Promise<void> {
    const now = this.#options.clock.now();
    const facts = connectionFacts(req, this.#spec, now);
    const route = this.#spec.routes.find(({ routeKey }) => routeKey === '$connect');
    let subprotocol: string | false = false;
    if (route) {
      const event = connectEvent(facts, req, now);
      const outcome = await this.#integrate(route, event, facts);
      if (outcome.status < 200 || outcome.status > 299) {
        const body = errorFrame(outcome.error ?? STATUS_CODES[outcome.status] ?? '', event);
        return answer(false, outcome.status, body, { 'Content-Type': 'application/json' });
      }
      subprotocol = outcome.subprotocol ?? false;
    }
    if (this.#stopped) return answer(false, 503);
    this.#accepted.set(req, { facts, subprotocol });
    answer(true);
  }

  #opened(ws: WebSocket, socket: Duplex, req: IncomingMessage): void {
    const { facts } = this.#accepted.get(req) as Accepted;
    const pump = new Pump(this.#options.order ?? 'shuffled', this.#random);
    const run = (work: () => Promise<void>) => {
      const end = this.#activity.begin();
      pump.add(async () => {
        await work();
        connection.drained();
        end();
      });
    };
    const connection = new Connection(ws, socket, {
      facts,
      pump,
      clock: this.#options.clock,
      limits: this.#limits,
      onMessage: (body) => run(() => this.#message(connection, body)),
      onEnd: (code, reason) => {
        this.#open.delete(facts.connectionId);
        this.#log('connection ended', facts, { code, reason });
        const route = this.#spec.routes.find(({ routeKey }) => routeKey === '$disconnect');
        if (!route || !this.#limits.disconnectEvents || this.#stopped) return;
        run(async () => {
          const event = disconnectEvent(facts, code, reason, this.#options.clock.now());
          await this.#integrate(route, event, facts);
        });
      },
    });
    this.#open.set(facts.connectionId, connection);
  }

  async #message(connection: Connection, body: string): Promise<void> {
    const { facts } = connection;
    const now = this.#options.clock.now();
    const route = this.#select(body);
    if (!route) {
      const event = messageEvent(facts, '$default', body, now);
      this.#access(event, facts, { status: 403, error: 'Forbidden' });
      return connection.send(errorFrame('Forbidden', event));
    }
    const event = messageEvent(facts, route.routeKey, body, now);
    const outcome = await this.#integrate(route, event, facts);
    const refused = outcome.status < 200 || outcome.status > 299;
    if (outcome.error !== undefined) return connection.send(errorFrame(outcome.error, event));
    // What a one-way route returns goes nowhere, whatever its status.
    if (!route.twoWay) return undefined;
    if (refused) return connection.send(errorFrame('Internal server error', event));
    if (outcome.body || this.#limits.emptyTwoWayBodySent) connection.send(outcome.body);
    return undefined;
  }

  async #integrate(
    route: WebSocketRouteSpec,
    event: GatewayEvent,
    facts: ConnectionFacts,
  ): Promise<Integrated> {
    const { lambda, clock } = this.#options;
    const result = await invokeWithin(
      lambda,
      clock,
      route.functionArn,
      event,
      this.#limits.integrationTimeoutMs,
    );
    const outcome = integrated(result, this.#limits.messageBytes);
    if (outcome.error !== undefined) {
      this.#log(`${route.routeKey}: ${outcome.error}`, facts, { reason: outcome.reason });
    }
    this.#access(event, facts, outcome);
    return outcome;
  }

  #log(message: string, { connectionId }: ConnectionFacts, detail: Record<string, unknown>): void {
    this.#options.log({ source: 'websocket', message, detail: { connectionId, ...detail } });
  }

  #access(
    { requestContext }: GatewayEvent,
    facts: ConnectionFacts,
    outcome: Pick<Integrated, 'status' | 'error' | 'reason'>,
  ): void {
    const { messageDirection: _, messageId: __, ...logged } = requestContext;
    const { status, error, reason } = outcome;
    this.#options.onAccess?.({
      ...(logged as Omit<AccessLogEntry, 'identity' | 'status' | 'integrationLatency'>),
      identity: facts.identity,
      status,
      integrationLatency: this.#options.clock.now() - requestContext.requestTimeEpoch,
      ...(reason === undefined ? {} : { integrationErrorMessage: reason }),
      ...(error === undefined ? {} : { error: { message: error } }),
    });
  }
}

/** The frame that the gateway sends by itself, spaced as captured on AWS. */
function errorFrame(message: string, { requestContext }: GatewayEvent): string {
  const { connectionId, requestId } = requestContext;
  return `{"message": "${message}", "connectionId":"${connectionId}", "requestId":"${requestId}"}`;
}

function refuse(socket: Duplex, status: number, errorType: string, body: string): void {
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nContent-Type: application/json\r\nConnection: close\r\n` +
      `x-amzn-ErrorType: ${errorType}\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
}
