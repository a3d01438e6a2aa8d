import {
  type HttpApi,
  HttpMethod,
  HttpRoute,
  HttpRouteKey,
  HttpStage,
  type IHttpApi,
  VpcLink,
} from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpIamAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import { HttpServiceDiscoveryIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import type { IService } from 'aws-cdk-lib/aws-servicediscovery';
import { Construct } from 'constructs';
import { type AccessLogProps, accessLog, HTTP_FIELDS } from './access-log.ts';
import type { RelayNetwork } from './relay-network.ts';

export interface RelayManagementProps {
  readonly api: HttpApi;
  readonly network: RelayNetwork;
  /** The service in which the tasks are registered. */
  readonly discovery: IService;
  readonly throttling: { readonly rate: number; readonly burst: number };
  readonly detailedMetrics: boolean;
  readonly log: AccessLogProps;
}

/** How functions reach the tasks: signed requests to the API, which passes them on through a VPC link. */
export class RelayManagement extends Construct {
  constructor(scope: Construct, id: string, props: RelayManagementProps) {
    super(scope, id);
    const { network } = props;
    const api = props.api as IHttpApi;
    const vpcLink = new VpcLink(this, 'Link', {
      vpc: network.vpc,
      subnets: network.subnets,
      securityGroups: [network.ofLink],
    });
    const integration = new HttpServiceDiscoveryIntegration('Integration', props.discovery, { vpcLink });
    const authorizer = new HttpIamAuthorizer();
    const stage = new HttpStage(this, 'Stage', {
      httpApi: api,
      stageName: '$default',
      autoDeploy: true,
      throttle: { rateLimit: props.throttling.rate, burstLimit: props.throttling.burst },
      detailedMetricsEnabled: props.detailedMetrics,
      accessLogSettings: accessLog(this, 'management', HTTP_FIELDS, props.log),
    });
    // The policies of the functions limit the paths: AWS does not document whether a route may contain `@`.
    for (const method of [HttpMethod.POST, HttpMethod.GET, HttpMethod.DELETE]) {
      const routeKey = HttpRouteKey.with('/{proxy+}', method);
      const route = new HttpRoute(this, method, { httpApi: api, routeKey, integration, authorizer });
      // As in the WebSocket gateway.
      stage.node.addDependency(route);
    }
  }
}
