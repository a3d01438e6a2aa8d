/** Types of the gateway, and of what it calls. */

export type InvokeFailure = 'throttled' | 'timeout' | 'error' | 'crash' | 'too-large';
/** The result of an invocation. `payload`: the handler's return value, from JSON. */
export type InvokeResult = { readonly ok: true; readonly payload: unknown } | FailedInvoke;
export interface FailedInvoke {
  readonly ok: false;
  readonly failure: InvokeFailure;
  readonly errorType: string;
  readonly errorMessage: string;
}

/** The Lambda service. */
export interface LambdaService {
  /** Invokes synchronously (RequestResponse) by name or ARN. Never rejects. */
  invoke(functionNameOrArn: string, payload: unknown): Promise<InvokeResult>;
}

export interface WebSocketRouteSpec {
  readonly routeKey: string;
  readonly functionArn: string;
  /** True when the route has a RouteResponse: the function's `body` is sent on the socket. */
  readonly twoWay: boolean;
}

/** Requests a second, and how many at the same time. */
export interface RateLimit {
  readonly rate: number;
  readonly burst: number;
}

/** The limits of a stage's routes; a route without one is not limited. */
export interface StageThrottling {
  readonly byDefault?: RateLimit;
  /** Limits by route key, instead of the default. */
  readonly routes?: Readonly<Record<string, RateLimit>>;
}

/** How an API can be reached. */
export interface ApiHosts {
  /** Whether it is refused under names other than those of its custom domains. */
  readonly defaultEndpointDisabled?: boolean;
  /** The name: the first part of the paths that lead to the stage; empty: all paths do. */
  readonly domains?: Readonly<Record<string, string>>;
}

/** A WebSocket API: its routes, and one stage. */
export interface WebSocketApiSpec extends ApiHosts {
  readonly logicalId: string;
  readonly apiId: string;
  /** The member of a message that selects the route: `$request.body.<member>`. */
  readonly routeMember: string;
  readonly stageName: string;
  readonly throttling?: StageThrottling;
  readonly routes: readonly WebSocketRouteSpec[];
}

/** A response of the `@connections` API. */
export interface ManagementAnswer {
  readonly status: 200 | 204 | 400 | 403 | 410 | 413 | 429;
  readonly body?: unknown;
}

/** The `@connections` side of a WebSocket API. */
export interface ConnectionsApi {
  post(connectionId: string, body: Buffer): Promise<ManagementAnswer>;
  get(connectionId: string): Promise<ManagementAnswer>;
  /** `close` is not used with API Gateway, which closes connections with 1000. */
  delete(
    connectionId: string,
    close?: { readonly code: number; readonly reason: string },
  ): Promise<ManagementAnswer>;
}

/** A line of the gateway's log, or of the local cloud's. */
export interface LogEntry {
  readonly source: string;
  readonly message: string;
  readonly detail?: Readonly<Record<string, unknown>>;
}
export type Log = (entry: LogEntry) => void;

/** Metrics of an API, by their names in CloudWatch. */
export type ApiCount = 'ConnectCount' | 'MessageCount' | 'ExecutionError' | 'IntegrationError';
/** Metrics of the relay. */
export type RelayCount =
  /** A function was called again for the same message. */
  | 'InvocationRetried'
  /** A message that its function did not handle: nothing was sent, and NetBackup sends it again. */
  | 'MessageUnanswered'
  /** A large message had to wait for a slot. */
  | 'SlotWait'
  | 'MessageTooLarge'
  | 'IdleClosed'
  /** A handshake that was refused, because there are too many connections or the gateway is closing them. */
  | 'HandshakeRefused';
export type GatewayCount = ApiCount | RelayCount;
