import { StartError } from '../errors.ts';
import type { HttpApiSpec, WebSocketApiSpec } from '../types.ts';
import type { Resolved, Resolver } from './intrinsics.ts';

interface ApiProperties {
  readonly ProtocolType: 'WEBSOCKET' | 'HTTP';
  readonly RouteSelectionExpression?: string;
  readonly CorsConfiguration?: {
    readonly AllowOrigins?: string[];
    readonly AllowMethods?: string[];
    readonly AllowHeaders?: string[];
    readonly ExposeHeaders?: string[];
    readonly MaxAge?: number;
    readonly AllowCredentials?: boolean;
  };
}

/** The function behind an integration: its ARN as such, or inside the URI that WebSocket APIs want. */
const functionOf = (uri: string): string =>
  /:lambda:path\/2015-03-31\/functions\/(.+)\/invocations$/.exec(uri)?.[1] ?? uri;

function stageOf(resolver: Resolver, api: Resolved<ApiProperties>): string {
  const stages = resolver
    .all<{ ApiId: string; StageName: string }>('AWS::ApiGatewayV2::Stage')
    .filter(({ properties }) => properties.ApiId === api.ref);
  const [stage] = stages;
  if (stage && stages.length === 1) return stage.properties.StageName;
  throw new StartError(`${api.logicalId} has ${stages.length} stages; the local cloud runs exactly one.`);
}

function routesOf(resolver: Resolver, api: Resolved<ApiProperties>) {
  const integrations = resolver.all<
    Record<'IntegrationType' | 'IntegrationUri', string> & { PayloadFormatVersion?: string }
  >('AWS::ApiGatewayV2::Integration');
  const responses = resolver.all<{ RouteId: string }>('AWS::ApiGatewayV2::RouteResponse');
  return resolver
    .all<Record<'ApiId' | 'RouteKey' | 'Target', string> & Partial<Record<string, string>>>(
      'AWS::ApiGatewayV2::Route',
    )
    .filter(({ properties }) => properties.ApiId === api.ref)
    .map(({ logicalId, ref, properties }) => {
      const integration = integrations.find((one) => properties.Target === `integrations/${one.ref}`);
      const {
        IntegrationType,
        IntegrationUri = '',
        PayloadFormatVersion = '2.0',
      } = integration?.properties ?? {};
      if (IntegrationType !== 'AWS_PROXY' || PayloadFormatVersion !== '2.0') {
        throw new StartError(`${logicalId} has no Lambda proxy integration with payload format 2.0.`);
      }
      if ((properties['AuthorizationType'] ?? 'NONE') !== 'NONE') {
        throw new StartError(`${logicalId} has an authorizer, which the local cloud does not know.`);
      }
      return {
        routeKey: properties.RouteKey,
        functionArn: functionOf(IntegrationUri),
        // Both halves are needed: the expression on the route and a route response.
        twoWay:
          properties['RouteResponseSelectionExpression'] !== undefined &&
          responses.some((response) => response.properties.RouteId === ref),
      };
    });
}

/** The APIs of both kinds. */
export function apis(resolver: Resolver): { webSocketApis: WebSocketApiSpec[]; httpApis: HttpApiSpec[] } {
  const all = resolver.all<ApiProperties>('AWS::ApiGatewayV2::Api').map((api) => ({
    properties: api.properties,
    spec: {
      logicalId: api.logicalId,
      apiId: api.ref,
      stageName: stageOf(resolver, api),
      routes: routesOf(resolver, api),
    },
  }));
  const of = (protocol: ApiProperties['ProtocolType']) =>
    all.filter(({ properties }) => properties.ProtocolType === protocol);
  return {
    webSocketApis: of('WEBSOCKET').map(({ spec, properties: { RouteSelectionExpression = '' } }) => ({
      ...spec,
      routeSelectionExpression: RouteSelectionExpression,
    })),
    httpApis: of('HTTP').map(({ spec, properties: { CorsConfiguration: cors } }) => ({
      ...spec,
      ...(cors && {
        cors: {
          allowOrigins: cors.AllowOrigins ?? [],
          allowMethods: cors.AllowMethods ?? [],
          allowHeaders: cors.AllowHeaders ?? [],
          exposeHeaders: cors.ExposeHeaders ?? [],
          ...(cors.MaxAge === undefined ? {} : { maxAge: cors.MaxAge }),
          ...(cors.AllowCredentials === undefined ? {} : { allowCredentials: cors.AllowCredentials }),
        },
      }),
    })),
  };
}
