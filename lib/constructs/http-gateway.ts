import { Stack, Validations } from 'aws-cdk-lib';
import {
  HttpApi,
  HttpMethod,
  HttpRoute,
  HttpRouteKey,
  HttpStage,
  IpAddressType,
} from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import type { DomainSettings } from '../domain-settings.ts';
import { type AccessLogProps, accessLog, HTTP_FIELDS } from './access-log.ts';
import { CustomDomain } from './custom-domain.ts';

export interface HttpGatewayProps {
  readonly throttling: { readonly rate: number; readonly burst: number };
  readonly detailedMetrics: boolean;
  readonly log: AccessLogProps;
  readonly domain?: DomainSettings | undefined;
}

/** The HTTP API for users and programs. */
export class HttpGateway extends Construct {
  readonly api: HttpApi;
  /** The base URL of its paths. */
  readonly url: string;
  /** API Gateway's own URL, if it is different and not disabled. */
  readonly otherUrl: string | undefined;
  readonly customDomain: CustomDomain | undefined;
  readonly #stage: HttpStage;

  constructor(scope: Construct, id: string, props: HttpGatewayProps) {
    super(scope, id);
    const { domain } = props;
    this.api = new HttpApi(this, 'Api', {
      apiName: `${Stack.of(this).stackName}-http`,
      description: 'NBWSS endpoint: queries, administration and commands',
      createDefaultStage: false,
      ipAddressType: IpAddressType.DUAL_STACK,
      ...(domain?.disableDefaultEndpoint ? { disableExecuteApiEndpoint: true } : {}),
    });
    this.#stage = new HttpStage(this, 'Stage', {
      httpApi: this.api,
      stageName: '$default',
      autoDeploy: true,
      throttle: { rateLimit: props.throttling.rate, burstLimit: props.throttling.burst },
      detailedMetricsEnabled: props.detailedMetrics,
      accessLogSettings: accessLog(this, 'http', HTTP_FIELDS, props.log),
    });
    this.url = domain ? `https://${domain.name}` : this.api.apiEndpoint;
    this.otherUrl = domain && !domain.disableDefaultEndpoint ? this.api.apiEndpoint : undefined;
    this.customDomain =
      domain && new CustomDomain(this, 'Domain', { settings: domain, api: this.api, stage: this.#stage });
    Validations.of(this.api).acknowledge({
      id: 'AwsSolutions-APIG4',
      reason:
        'API keys are checked in the functions: an authorizer cannot answer problem+json, nor take one of two headers.',
    });
  }

  /** Routes paths to a function; without paths, all requests that match no other route. */
  route(handler: IFunction, paths: readonly string[] = [], method = HttpMethod.ANY): void {
    const integration = new HttpLambdaIntegration('Integration', handler);
    const keys =
      paths.length === 0 ? [HttpRouteKey.DEFAULT] : paths.map((path) => HttpRouteKey.with(path, method));
    for (const routeKey of keys) {
      const route = new HttpRoute(this.api, routeKey.key, { httpApi: this.api, routeKey, integration });
      // As in the WebSocket gateway.
      this.#stage.node.addDependency(route);
    }
  }
}
