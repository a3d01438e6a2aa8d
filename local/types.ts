/**
 * Types that the parts of the local cloud share: specs of CloudFormation resources, and the services that run them.
 * Nothing in `local/` depends on an application.
 */

/** AWS::Lambda::Function, resolved. */
export interface FunctionSpec {
  readonly logicalId: string;
  readonly functionName: string;
  readonly arn: string;
  /** The ARNs of its aliases. There is one version, which all of them run. */
  readonly aliases?: readonly string[];
  readonly roleArn: string;
  /** Folder of the code asset, absolute. */
  readonly codeDir: string;
  /** `file.export`. */
  readonly handler: string;
  readonly runtime: string;
  readonly timeoutSeconds: number;
  readonly memoryMb: number;
  readonly environment: Readonly<Record<string, string>>;
  readonly reservedConcurrency?: number;
}

/** Whether a name (`name`, `name:alias`) or an ARN is that of the function or of one of its aliases. */
export const isFunction =
  (nameOrArn: string) =>
  ({ functionName, arn, aliases = [] }: FunctionSpec): boolean =>
    [functionName, arn, ...aliases].includes(nameOrArn) ||
    aliases.some((alias) => alias.endsWith(`:function:${nameOrArn}`));

export type InvokeFailure = 'throttled' | 'timeout' | 'error' | 'crash' | 'too-large';
/** The result of an invocation. `payload`: the handler's return value, from JSON. */
export type InvokeResult = { readonly ok: true; readonly payload: unknown } | FailedInvoke;
export interface FailedInvoke {
  readonly ok: false;
  readonly failure: InvokeFailure;
  readonly errorType: string;
  readonly errorMessage: string;
}

/** The interface of the Lambda service for other services. */
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

/** Requests a second, and how many at once. */
export interface RateLimit {
  readonly rate: number;
  readonly burst: number;
}

/** The limits of a stage's routes; a route without one is not limited. */
export interface StageThrottling {
  readonly byDefault?: RateLimit;
  /** By route key, instead of the default. */
  readonly routes?: Readonly<Record<string, RateLimit>>;
}

/** How an API can be reached. */
export interface ApiHosts {
  /** Whether it is refused under other names than those of its custom domains. */
  readonly defaultEndpointDisabled?: boolean;
  /** By name: the first part of the paths that lead to the stage; empty: all paths do. */
  readonly domains?: Readonly<Record<string, string>>;
}

/** AWS::ApiGatewayV2::Api with ProtocolType WEBSOCKET, its routes and one stage. */
export interface WebSocketApiSpec extends ApiHosts {
  readonly logicalId: string;
  readonly apiId: string;
  readonly routeSelectionExpression: string;
  readonly stageName: string;
  readonly throttling?: StageThrottling;
  readonly routes: readonly WebSocketRouteSpec[];
}

/** `routeKey` is `$default`, or `METHOD /path` with `{name}` and `{name+}`; METHOD may be ANY. */
export type HttpRouteSpec = Pick<WebSocketRouteSpec, 'routeKey' | 'functionArn'>;

/** AWS::ApiGatewayV2::Api with ProtocolType HTTP, its routes and one stage. */
export interface HttpApiSpec extends ApiHosts {
  readonly logicalId: string;
  readonly apiId: string;
  readonly stageName: string;
  readonly throttling?: StageThrottling;
  readonly routes: readonly HttpRouteSpec[];
  readonly cors?: {
    readonly allowOrigins: readonly string[];
    readonly allowMethods: readonly string[];
    readonly allowHeaders: readonly string[];
    readonly exposeHeaders: readonly string[];
    readonly maxAge?: number;
    readonly allowCredentials?: boolean;
  };
}

/** A response of the `@connections` API. */
export interface ManagementAnswer {
  readonly status: 200 | 204 | 403 | 410 | 413 | 429;
  readonly body?: unknown;
}

/** The `@connections` side of a WebSocket API. */
export interface ConnectionsApi {
  post(connectionId: string, body: Buffer): Promise<ManagementAnswer>;
  get(connectionId: string): Promise<ManagementAnswer>;
  delete(connectionId: string): Promise<ManagementAnswer>;
}

/** A line of the local cloud's log. */
export interface LocalLogEntry {
  readonly source: string;
  readonly message: string;
  readonly detail?: Readonly<Record<string, unknown>>;
}
export type LocalLog = (entry: LocalLogEntry) => void;
