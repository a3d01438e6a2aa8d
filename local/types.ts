/**
 * Types that the parts of the local cloud share: specs of CloudFormation resources. Nothing in `local/` depends on an application.
 */
import type { ApiHosts, StageThrottling, WebSocketRouteSpec } from '../gateway/types.ts';

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

/** Whether a name (`name`, `name:alias`) or an ARN names the function or one of its aliases. */
export const isFunction =
  (nameOrArn: string) =>
  ({ functionName, arn, aliases = [] }: FunctionSpec): boolean =>
    [functionName, arn, ...aliases].includes(nameOrArn) ||
    aliases.some((alias) => alias.endsWith(`:function:${nameOrArn}`));

/** `routeKey` is `$default`, or `METHOD /path` with `{name}` and `{name+}`; METHOD may be ANY. */
export type HttpRouteSpec = Pick<WebSocketRouteSpec, 'routeKey' | 'functionArn'>;

/**
 * AWS::ApiGatewayV2::Api with ProtocolType HTTP whose routes need IAM permissions and lead over a VPC link to a service of Cloud
 * Map, whose ARN is the `functionArn` of the route.
 */
export type PrivateApiSpec = Omit<HttpApiSpec, 'cors'>;

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
