import { type Duration, Fn, Stack, Validations } from 'aws-cdk-lib';
import {
  type CfnApi,
  type CfnStage,
  IpAddressType,
  WebSocketApi,
  WebSocketStage,
} from 'aws-cdk-lib/aws-apigatewayv2';
import { WebSocketLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { Metric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import type { DomainSettings } from '../domain-settings.ts';
import type { ConnectionsMethod } from '../function-declaration.ts';
import type { Route } from '../routes.ts';
import { type AccessLogProps, accessLog, WEBSOCKET_FIELDS } from './access-log.ts';
import type { ConnectionsApi } from './connections-api.ts';
import { CustomDomain } from './custom-domain.ts';

interface RateLimit {
  readonly rate: number;
  readonly burst: number;
}

export interface WebSocketGatewayProps {
  readonly stageName: string;
  /** Of each route that has no own limit. */
  readonly throttling: RateLimit;
  readonly detailedMetrics: boolean;
  /** Absent: no access log. */
  readonly log?: AccessLogProps;
  readonly domain?: DomainSettings | undefined;
}

/** The gateway that NetBackup connects to: one API, one stage; the `type` of a message selects the route. */
export class WebSocketGateway extends Construct implements ConnectionsApi {
  readonly variable = 'MANAGEMENT_URL';
  readonly action = 'execute-api:ManageConnections';
  readonly api: WebSocketApi;
  readonly stage: WebSocketStage;
  /** The URL in NetBackup's endpoint details. */
  readonly url: string;
  /**
   * Base of the `@connections` API. Of the execute-api host, which depends on neither DNS records nor certificates of others,
   * unless that host is disabled: AWS does not say whether it then still accepts these calls, but that a custom domain does
   * (https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-how-to-call-websocket-api-connections.html).
   */
  readonly managementUrl: string;
  readonly customDomain: CustomDomain | undefined;
  readonly #stageName: string;
  readonly #detailedMetrics: boolean;

  constructor(scope: Construct, id: string, props: WebSocketGatewayProps) {
    super(scope, id);
    this.#stageName = props.stageName;
    this.#detailedMetrics = props.detailedMetrics;
    this.api = new WebSocketApi(this, 'Api', {
      apiName: `${Stack.of(this).stackName}-websocket`,
      description: 'NetBackup WebSocket Service',
      routeSelectionExpression: '$request.body.type',
      ipAddressType: IpAddressType.DUAL_STACK,
    });
    this.stage = new WebSocketStage(this, 'Stage', {
      webSocketApi: this.api,
      stageName: props.stageName,
      autoDeploy: true,
      throttle: { rateLimit: props.throttling.rate, burstLimit: props.throttling.burst },
      detailedMetricsEnabled: props.detailedMetrics,
      ...(props.log && { accessLogSettings: accessLog(this, 'websocket', WEBSOCKET_FIELDS, props.log) }),
    });
    if (!props.log) {
      Validations.of(this.stage).acknowledge({
        id: 'AwsSolutions-APIG1',
        reason: 'They need a role that is set for the whole account, so they are on only if asked for.',
      });
    }
    // Explicit, because execution logs would contain whole messages.
    (this.stage.node.defaultChild as CfnStage).addPropertyOverride(
      'DefaultRouteSettings.DataTraceEnabled',
      false,
    );
    const { domain, stageName } = props;
    const host = Fn.select(1, Fn.split('://', this.api.apiEndpoint));
    const defaultUrl = Fn.join('', ['https://', host, '/', stageName]);
    this.url = domain ? `wss://${domain.name}/${stageName}` : Fn.join('/', [this.api.apiEndpoint, stageName]);
    this.managementUrl = domain?.disableDefaultEndpoint ? `https://${domain.name}/${stageName}` : defaultUrl;
    if (domain?.disableDefaultEndpoint)
      (this.api.node.defaultChild as CfnApi).disableExecuteApiEndpoint = true;
    // The path is the same as without a domain. NetBackup requires one (EPT-3).
    this.customDomain =
      domain &&
      new CustomDomain(this, 'Domain', {
        settings: domain,
        api: this.api,
        stage: this.stage,
        path: stageName,
      });
  }

  /**
   * Messages for which the gateway could not call a function, or got an error from it. It may send an error frame, on which
   * NetBackup closes (ENV-5). AWS does not say which failure counts as which
   * (https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-logging.html): watch both.
   */
  errors(metricName: 'ExecutionError' | 'IntegrationError', period: Duration): Metric {
    return new Metric({
      namespace: 'AWS/ApiGateway',
      metricName,
      dimensionsMap: { ApiId: this.api.apiId, Stage: this.#stageName },
      period,
      statistic: Stats.SUM,
    });
  }

  connectionsArn(method: ConnectionsMethod): string {
    return Stack.of(this).formatArn({
      service: 'execute-api',
      resource: this.api.apiId,
      resourceName: `${this.#stageName}/${method}/@connections/*`,
    });
  }

  connectionsFinding(method: ConnectionsMethod): string {
    const api = Stack.of(this).getLogicalId(this.api.node.defaultChild as CfnApi);
    const place = `<AWS::Partition>:execute-api:<AWS::Region>:<AWS::AccountId>`;
    return `arn:${place}:<${api}>/${this.#stageName}/${method}/@connections/*`;
  }

  /** Routes messages to a function. `unauthenticated`: the own limit of each route that strangers can call. */
  route(handler: IFunction, routes: readonly Route[], unauthenticated: RateLimit): void {
    const integration = new WebSocketLambdaIntegration('Integration', handler);
    for (const { routeKey, twoWay, unauthenticated: limited } of routes) {
      const route = this.api.addRoute(routeKey, { integration, returnResponse: twoWay });
      // With its integration and its response: a stage that is created before them could stay deployed without them until the next
      // change.
      this.stage.node.addDependency(route);
      if (limited) this.#limit(routeKey, unauthenticated);
      Validations.of(route).acknowledge({
        id: 'AwsSolutions-APIG4',
        reason:
          routeKey === '$connect'
            ? 'NBWSS sends no credentials with the handshake: its token is in the CONNECT message (contract CON-1).'
            : 'API Gateway allows an authorizer on $connect only; the function checks the session of the connection.',
      });
    }
  }

  #limit(routeKey: string, { rate, burst }: RateLimit): void {
    // The settings of a route replace the default ones as a whole.
    (this.stage.node.defaultChild as CfnStage).addPropertyOverride(`RouteSettings.${routeKey}`, {
      ThrottlingRateLimit: rate,
      ThrottlingBurstLimit: burst,
      DetailedMetricsEnabled: this.#detailedMetrics,
      DataTraceEnabled: false,
    });
  }
}
