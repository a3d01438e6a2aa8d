import { StartError } from '../errors.ts';
import type { HttpApiSpec, WebSocketApiSpec } from '../types.ts';
import type { Resolver, Resource } from './intrinsics.ts';
import type { OfType } from './model.ts';
import { unqualified } from './names.ts';

interface ApiProperties {
  ProtocolType: 'WEBSOCKET' | 'HTTP';
  RouteSelectionExpression?: string;
  CorsConfiguration?: {
    AllowOrigins?: string[];
    AllowMethods?: string[];
    AllowHeaders?: string[];
    ExposeHeaders?: string[];
    MaxAge?: number;
    AllowCredentials?: boolean;
  };
}

interface RouteProperties {
  ApiId: string;
  RouteKey: string;
  Target: string;
  RouteResponseSelectionExpression?: string;
  AuthorizationType?: string;
}

/** The function behind an integration: its ARN as such, or inside the URI that WebSocket APIs want. */
const functionOf = (uri: string): string =>
  unqualified(/:lambda:path\/2015-03-31\/functions\/(.+)\/invocations$/.exec(uri)?.[1] ?? uri);

const apisOf = (
  resolver: Resolver,
  ofType: OfType,
  protocol: ApiProperties['ProtocolType'],
): readonly Resource[] =>
  ofType('AWS::ApiGatewayV2::Api').filter(
    (resource) => resolver.properties<ApiProperties>(resource).ProtocolType === protocol,
  );

function stageOf(resolver: Resolver, ofType: OfType, api: Resource): string {
  const stages = ofType('AWS::ApiGatewayV2::Stage')
    .map((resource) => resolver.properties<{ ApiId: string; StageName: string }>(resource))
    .filter(({ ApiId }) => ApiId === resolver.ref(api));
  const [stage] = stages;
  if (!stage || stages.length > 1) {
    throw new StartError(`${api.logicalId} has ${stages.length} stages; the local cloud runs exactly one.`);
  }
  return stage.StageName;
}

function routesOf(resolver: Resolver, ofType: OfType, api: Resource) {
  const integrations = new Map<
    string,
    { IntegrationType: string; IntegrationUri: string; format?: string }
  >();
  for (const resource of ofType('AWS::ApiGatewayV2::Integration')) {
    const properties = resolver.properties<{
      IntegrationType: string;
      IntegrationUri: string;
      PayloadFormatVersion?: string;
    }>(resource);
    if (properties.IntegrationType !== 'AWS_PROXY' || (properties.PayloadFormatVersion ?? '2.0') !== '2.0') {
      throw new StartError(
        `${resource.logicalId} is not a Lambda proxy integration with payload format 2.0.`,
      );
    }
    integrations.set(resolver.ref(resource), properties);
  }
  const responses = ofType('AWS::ApiGatewayV2::RouteResponse').map(
    (resource) => resolver.properties<{ RouteId: string }>(resource).RouteId,
  );
  return ofType('AWS::ApiGatewayV2::Route')
    .map((resource) => ({ resource, properties: resolver.properties<RouteProperties>(resource) }))
    .filter(({ properties }) => properties.ApiId === resolver.ref(api))
    .map(({ resource, properties }) => {
      if ((properties.AuthorizationType ?? 'NONE') !== 'NONE') {
        throw new StartError(`${resource.logicalId} has an authorizer, which the local cloud does not know.`);
      }
      const integration = integrations.get(properties.Target.replace(/^integrations\//, ''));
      if (!integration) throw new StartError(`${resource.logicalId} has no integration.`);
      return {
        routeKey: properties.RouteKey,
        functionArn: functionOf(integration.IntegrationUri),
        // Both halves are needed: the expression on the route and a route response.
        twoWay:
          properties.RouteResponseSelectionExpression !== undefined &&
          responses.includes(resolver.ref(resource)),
      };
    });
}

export function webSocketApis(resolver: Resolver, ofType: OfType): readonly WebSocketApiSpec[] {
  return apisOf(resolver, ofType, 'WEBSOCKET').map((api) => ({
    logicalId: api.logicalId,
    apiId: resolver.ref(api),
    routeSelectionExpression: resolver.properties<ApiProperties>(api).RouteSelectionExpression ?? '',
    stageName: stageOf(resolver, ofType, api),
    routes: routesOf(resolver, ofType, api),
  }));
}

export function httpApis(resolver: Resolver, ofType: OfType): readonly HttpApiSpec[] {
  return apisOf(resolver, ofType, 'HTTP').map((api) => {
    const cors = resolver.properties<ApiProperties>(api).CorsConfiguration;
    return {
      logicalId: api.logicalId,
      apiId: resolver.ref(api),
      stageName: stageOf(resolver, ofType, api),
      routes: routesOf(resolver, ofType, api).map(({ routeKey, functionArn }) => ({ routeKey, functionArn })),
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
    };
  });
}
