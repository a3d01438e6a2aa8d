import { omitUndefined } from '../../gateway/omit-undefined.ts';
import type { RateLimit, StageThrottling, WebSocketApiSpec } from '../../gateway/types.ts';
import { StartError } from '../errors.ts';
import type { HttpApiSpec, PrivateApiSpec } from '../types.ts';
import { customDomains } from './domains.ts';
import type { Resolved, Resolver } from './intrinsics.ts';

type Texts = Readonly<Record<string, string>>;

/** The members of DefaultRouteSettings, and of each of RouteSettings, that have an effect here. */
type RouteSettings = Readonly<Record<'ThrottlingRateLimit' | 'ThrottlingBurstLimit', number | undefined>>;

interface StageProperties {
  readonly ApiId: string;
  readonly DefaultRouteSettings?: RouteSettings;
  readonly RouteSettings?: Readonly<Record<string, RouteSettings>>;
}

interface ApiProperties {
  readonly ProtocolType: 'WEBSOCKET' | 'HTTP';
  readonly RouteSelectionExpression?: string;
  readonly DisableExecuteApiEndpoint?: boolean;
  readonly CorsConfiguration?: Readonly<Record<string, unknown>>;
}

export interface Apis {
  readonly webSocketApis: WebSocketApiSpec[];
  /** APIs with functions behind them. */
  readonly httpApis: HttpApiSpec[];
  /** HTTP APIs with services of Cloud Map behind them. */
  readonly privateApis: PrivateApiSpec[];
}

/** The WebSocket and HTTP APIs. */
export function apis(resolver: Resolver): Apis {
  const webSocketApis: WebSocketApiSpec[] = [];
  const httpApis: HttpApiSpec[] = [];
  const privateApis: PrivateApiSpec[] = [];
  for (const { logicalId, ref, properties } of resolver.all<ApiProperties>('AWS::ApiGatewayV2::Api')) {
    const ofApi = ({ properties: { ApiId } }: Resolved<{ readonly ApiId?: string }>) => ApiId === ref;
    const [stage, ...others] = resolver.all<StageProperties>('AWS::ApiGatewayV2::Stage').filter(ofApi);
    if (!stage || others.length > 0)
      throw new StartError(`${logicalId} has no stage or several; the local cloud runs exactly one.`);
    const routes = resolver.all<Texts>('AWS::ApiGatewayV2::Route').filter(ofApi);
    const isPrivate = properties.ProtocolType === 'HTTP' && isPrivateApi(resolver, ref);
    const toRoute = isPrivate ? privateRoute : routeSpec;
    const spec = {
      logicalId,
      apiId: ref,
      stageName: stage.ref,
      throttling: throttlingOf(stage, routes),
      routes: routes.map((route) => toRoute(resolver, route)),
      defaultEndpointDisabled: properties.DisableExecuteApiEndpoint === true,
      domains: Object.fromEntries(
        customDomains(resolver).flatMap(({ apiId, name, path }) => (apiId === ref ? [[name, path]] : [])),
      ),
    };
    const { ProtocolType, RouteSelectionExpression = '', CorsConfiguration: cors } = properties;
    if (ProtocolType === 'HTTP' && Object.values(spec.domains).some((path) => path !== ''))
      throw new StartError(
        `${logicalId} has a mapping with a path, which the local cloud supports for WebSocket APIs only.`,
      );
    if (isPrivate) privateApis.push(spec);
    else if (ProtocolType === 'HTTP') httpApis.push({ ...spec, ...(cors && { cors: corsOf(cors) }) });
    else webSocketApis.push({ ...spec, routeMember: routeMember(logicalId, RouteSelectionExpression) });
  }
  return { webSocketApis, httpApis, privateApis };
}

/**
 * The member of a message that selects its route.
 * @throws StartError for any other route selection expression.
 */
export function routeMember(logicalId: string, expression: string): string {
  const [, member] = /^\$request\.body\.(\w+)$/.exec(expression) ?? [];
  if (member === undefined)
    throw new StartError(`${logicalId}: RouteSelectionExpression ${expression} is not supported`);
  return member;
}

function throttlingOf(
  { logicalId, properties }: Resolved<StageProperties>,
  routes: readonly Resolved<Texts>[],
): StageThrottling {
  const { DefaultRouteSettings, RouteSettings = {} } = properties;
  const known = routes.map(({ properties: { RouteKey } }) => RouteKey);
  const unknown = Object.keys(RouteSettings).find((routeKey) => !known.includes(routeKey));
  if (unknown !== undefined)
    throw new StartError(
      `${logicalId}: Unable to find Route by key ${unknown} within the provided RouteSettings.`,
    );
  const byDefault = rateLimit(DefaultRouteSettings);
  const own = Object.entries(RouteSettings).flatMap(([routeKey, settings]) => {
    const limit = rateLimit(settings);
    return limit ? [[routeKey, limit] as const] : [];
  });
  return { ...omitUndefined({ byDefault }), routes: Object.fromEntries(own) };
}

function rateLimit(settings?: RouteSettings): RateLimit | undefined {
  const { ThrottlingRateLimit: rate, ThrottlingBurstLimit: burst } = settings ?? {};
  return rate === undefined || burst === undefined ? undefined : { rate, burst };
}

/** Whether an API has an integration over a VPC link. */
export const isPrivateApi = (resolver: Resolver, apiId: string): boolean =>
  resolver
    .all<Texts>('AWS::ApiGatewayV2::Integration')
    .some(({ properties: { ApiId, ConnectionType } }) => ApiId === apiId && ConnectionType === 'VPC_LINK');

/** A route with IAM permissions to a service of Cloud Map. @throws StartError for any other route */
function privateRoute(resolver: Resolver, { logicalId, properties }: Resolved<Texts>) {
  const { RouteKey = '', Target, AuthorizationType } = properties;
  const integration = integrationOf(resolver, Target);
  const {
    IntegrationType,
    ConnectionType,
    ConnectionId,
    IntegrationMethod,
    IntegrationUri = '',
  } = integration;
  const isLink = resolver.all('AWS::ApiGatewayV2::VpcLink').some(({ ref }) => ref === ConnectionId);
  const isService = resolver.all('AWS::ServiceDiscovery::Service').some(({ arn }) => arn === IntegrationUri);
  const isProxy = IntegrationType === 'HTTP_PROXY' && IntegrationMethod === 'ANY';
  if (!isProxy || ConnectionType !== 'VPC_LINK' || !isLink || !isService || AuthorizationType !== 'AWS_IAM')
    throw new StartError(
      `${logicalId} is not a route with AWS_IAM over a VPC link to a service of Cloud Map, with any method.`,
    );
  return { routeKey: RouteKey, functionArn: IntegrationUri, twoWay: false };
}

const integrationOf = (resolver: Resolver, target: string | undefined): Texts =>
  resolver.all<Texts>('AWS::ApiGatewayV2::Integration').find(({ ref }) => target === `integrations/${ref}`)
    ?.properties ?? {};

function routeSpec(resolver: Resolver, { logicalId, ref, properties }: Resolved<Texts>) {
  const { RouteKey = '', Target, RouteResponseSelectionExpression, AuthorizationType = 'NONE' } = properties;
  const integration = integrationOf(resolver, Target);
  const { IntegrationType, IntegrationUri = '', PayloadFormatVersion = '2.0' } = integration;
  if (IntegrationType !== 'AWS_PROXY' || PayloadFormatVersion !== '2.0')
    throw new StartError(`${logicalId} has no Lambda proxy integration with payload format 2.0.`);
  if (AuthorizationType !== 'NONE')
    throw new StartError(`${logicalId} has an authorizer, which the local cloud does not support.`);
  const responses = resolver.all<Texts>('AWS::ApiGatewayV2::RouteResponse');
  const answered = responses.some(({ properties: { RouteId } }) => RouteId === ref);
  // WebSocket APIs have the function's ARN inside a URI, HTTP APIs the ARN itself.
  const [, functionArn = IntegrationUri] =
    /:path\/2015-03-31\/functions\/(.+)\/invocations$/.exec(IntegrationUri) ?? [];
  // A two-way route needs both: the expression and a route response.
  return {
    routeKey: RouteKey,
    functionArn,
    twoWay: answered && RouteResponseSelectionExpression !== undefined,
  };
}

/** `AllowOrigins` becomes `allowOrigins`. */
function corsOf(configuration: Readonly<Record<string, unknown>>): NonNullable<HttpApiSpec['cors']> {
  const camelCase = (name: string) => name.charAt(0).toLowerCase() + name.slice(1);
  const given = Object.entries(configuration).map(([name, value]) => [camelCase(name), value]);
  const unset = { allowOrigins: [], allowMethods: [], allowHeaders: [], exposeHeaders: [] };
  return { ...unset, ...Object.fromEntries(given) };
}
