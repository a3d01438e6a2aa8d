import { CfnOutput, Duration, Fn, RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import {
  type CfnStage,
  HttpApi,
  HttpMethod,
  HttpRoute,
  HttpRouteKey,
  HttpStage,
  WebSocketApi,
  WebSocketStage,
} from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaIntegration, WebSocketLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Architecture, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import { type Bundles, bundledCode } from './constructs/bundle.ts';
import { omitUndefined } from './omit-undefined.ts';

export const PROBE_ENTRY = 'lambdas/functions/probe.ts';
const STAGE = 'probe';
/** More than a measurement needs, and not much for a stranger who finds the URL. */
const THROTTLE = { rateLimit: 20, burstLimit: 40 };

interface ProbeFunction {
  readonly timeoutSeconds: number;
  /** 0: every invocation is throttled. */
  readonly reserved?: number;
  readonly oneWay?: readonly string[];
  readonly twoWay?: readonly string[];
  /** Paths of the HTTP API; `$default` for all others. */
  readonly http: readonly string[];
}

/** The functions of the probe, and their routes. There is no `$default`, so that a message of another type has no route. */
const FUNCTIONS: Readonly<Record<string, ProbeFunction>> = {
  Answer: {
    timeoutSeconds: 10,
    oneWay: ['$connect', 'status-one-way', 'throw-one-way'],
    twoWay: ['echo', 'empty', 'http-url', 'limited', 'status-two-way', 'throw-two-way'],
    http: ['$default', '/throw'],
  },
  Late: { timeoutSeconds: 1, twoWay: ['function-timeout'], http: ['/function-timeout'] },
  Slow: { timeoutSeconds: 40, twoWay: ['gateway-timeout'], http: ['/gateway-timeout'] },
  Throttled: { timeoutSeconds: 10, reserved: 0, twoWay: ['throttled'], http: ['/throttled'] },
};

export interface ProbeStackProps extends StackProps {
  readonly bundles: Bundles;
}

/**
 * A WebSocket API and an HTTP API that fail on purpose, to measure what API Gateway then does: `nbwss verify --probe`. It stores nothing, can do
 * nothing, and is destroyed afterwards.
 */
export class ProbeStack extends Stack {
  constructor(scope: Construct, id: string, { bundles, ...props }: ProbeStackProps) {
    super(scope, id, props);
    const api = new WebSocketApi(this, 'Api', {
      apiName: id,
      description: 'Fails on purpose, for nbwss verify',
      routeSelectionExpression: '$request.body.type',
    });
    const stage = new WebSocketStage(this, 'Stage', {
      webSocketApi: api,
      stageName: STAGE,
      autoDeploy: true,
      throttle: THROTTLE,
    });
    // The settings name the route, which must exist before.
    const limited = { limited: { ThrottlingRateLimit: 1, ThrottlingBurstLimit: 1 } };
    (stage.node.defaultChild as CfnStage).addPropertyOverride('RouteSettings', limited);
    const http = new HttpApi(this, 'Http', {
      apiName: `${id}-http`,
      description: 'Fails on purpose, for nbwss verify',
      createDefaultStage: false,
    });
    new HttpStage(this, 'HttpStage', {
      httpApi: http,
      stageName: '$default',
      autoDeploy: true,
      throttle: THROTTLE,
    });
    for (const [name, declaration] of Object.entries(FUNCTIONS)) {
      const handler = this.#function(name, declaration, bundles);
      handler.addEnvironment('HTTP_URL', http.apiEndpoint);
      const integration = new WebSocketLambdaIntegration(name, handler);
      const { oneWay = [], twoWay = [] } = declaration;
      for (const routeKey of oneWay) stage.node.addDependency(api.addRoute(routeKey, { integration }));
      for (const routeKey of twoWay)
        stage.node.addDependency(api.addRoute(routeKey, { integration, returnResponse: true }));
      for (const path of declaration.http) {
        const routeKey = path.startsWith('/')
          ? HttpRouteKey.with(path, HttpMethod.GET)
          : HttpRouteKey.DEFAULT;
        new HttpRoute(this, `${name}${routeKey.key}`, {
          httpApi: http,
          routeKey,
          integration: new HttpLambdaIntegration(`${name}Http`, handler),
        });
      }
    }
    new CfnOutput(this, 'ProbeUrl', {
      value: Fn.join('/', [api.apiEndpoint, STAGE]),
      description: 'For "nbwss verify --probe"',
    });
  }

  #function(name: string, { timeoutSeconds, reserved }: ProbeFunction, bundles: Bundles): LambdaFunction {
    const logGroup = new LogGroup(this, `${name}Log`, {
      retention: RetentionDays.ONE_DAY,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const role = new Role(this, `${name}Role`, { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    role.addToPolicy(
      new PolicyStatement({
        actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
        resources: [logGroup.logGroupArn],
      }),
    );
    return new LambdaFunction(this, name, {
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      code: bundledCode(bundles, PROBE_ENTRY),
      handler: 'index.handler',
      timeout: Duration.seconds(timeoutSeconds),
      role,
      logGroup,
      ...omitUndefined({ reservedConcurrentExecutions: reserved }),
    });
  }
}
