import { CfnOutput, Duration, Stack, type StackProps } from 'aws-cdk-lib';
import { HttpMethod } from 'aws-cdk-lib/aws-apigatewayv2';
import { type Alarm, ComparisonOperator, MathExpression, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction as LambdaTarget } from 'aws-cdk-lib/aws-events-targets';
import { Alias, type IFunction, type IVersion } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { descriptionOf } from './alarm-fact.ts';
import { type Config, metricsNamespace } from './config.ts';
import type { AccessLogProps } from './constructs/access-log.ts';
import { type Bundles, bundledCode } from './constructs/bundle.ts';
import { CanarySchedule } from './constructs/canary-schedule.ts';
import type { ConsoleFiles } from './constructs/console-files.ts';
import { DigestSchedules } from './constructs/digest-schedules.ts';
import { GatewayLogRole } from './constructs/gateway-log-role.ts';
import { GradualDeployment } from './constructs/gradual-deployment.ts';
import { HttpGateway } from './constructs/http-gateway.ts';
import { JournalStream } from './constructs/journal-stream.ts';
import { LargeResponses, RESPOND_MEMORY_MB } from './constructs/large-responses.ts';
import { RelayApi } from './constructs/relay-api.ts';
import { ServiceFunction } from './constructs/service-function.ts';
import { WebSocketGateway } from './constructs/websocket-gateway.ts';
import type { DataStack } from './data-stack.ts';
import { CANARY, CONSOLE, digestFunction, FUNCTIONS, type FunctionName } from './functions.ts';
import { occurrences } from './metrics.ts';
import { omitUndefined } from './omit-undefined.ts';
import { relayOf, relayWebSocketUrl } from './relay-settings.ts';
import { ROUTE_HANDLERS, ROUTES, type RouteHandler } from './routes.ts';
import { variablesOf } from './variables.ts';

export interface ServiceStackProps extends StackProps {
  readonly config: Config;
  readonly data: DataStack;
  readonly bundles: Bundles;
  readonly page: ConsoleFiles;
}

/** Functions that a schedule starts have no reservation. */
const reservationOf = (
  { reservedConcurrency }: Config,
  name: FunctionName | 'canary' | 'console' | 'digest',
): number | undefined => (name === 'canary' || name === 'digest' ? undefined : reservedConcurrency[name]);

/** The two gateways, the functions behind them, the journal's stream and the schedule. */
export class ServiceStack extends Stack {
  readonly functions: Readonly<Record<FunctionName, ServiceFunction>>;
  /** Present with `canaryMinutes`. */
  readonly canary: ServiceFunction | undefined;
  /** Absent if `console` is false. */
  readonly console: ServiceFunction | undefined;
  /** Present with `digests`. */
  readonly digests: DigestSchedules | undefined;
  /** Present with `gradualDeployment`: the alarm that stops a deployment. */
  deploymentFailing: Alarm | undefined;
  /** Absent if the gateway is the relay. */
  readonly webSocket: WebSocketGateway | undefined;
  /** Present with the relay. */
  readonly relayApi: RelayApi | undefined;
  /** Present with the relay. */
  readonly largeResponses: LargeResponses | undefined;
  /** The functions that a gateway invokes, or their aliases. */
  readonly handlers: Readonly<Record<RouteHandler, IFunction>>;
  readonly http: HttpGateway;
  readonly journalStream: JournalStream;

  constructor(scope: Construct, id: string, props: ServiceStackProps) {
    super(scope, id, props);
    const { config, data } = props;
    const { customerKey } = data;
    const log = {
      retention: config.logRetentionDays,
      ...omitUndefined({ encryptionKey: customerKey }),
    };

    this.webSocket = config.gateway === 'relay' ? undefined : this.#webSocketGateway(config, log);
    this.relayApi = relayOf(config) && new RelayApi(this, 'Relay');
    const retentionHours = config.retention.commandHours;
    this.largeResponses = this.relayApi && new LargeResponses(this, 'LargeResponses', { retentionHours });
    this.http = new HttpGateway(this, 'Http', {
      throttling: config.httpThrottling,
      domain: config.apiDomain,
      detailedMetrics: config.detailedMetrics,
      log,
    });

    this.functions = this.#functions(props);
    this.largeResponses?.grant(this.functions, data.commandKey);
    const { session, notify, respond, project, sweep, api, command } = this.#invoked(config);

    this.handlers = { session, notify, respond };
    if (this.webSocket) this.#routeMessages(this.webSocket, config);
    this.http.route(api);
    // It is a route of its own, because access logs show the route key, and the path contains the invitation's secret. It has no own
    // throttling, which all callers would share: a few requests per second could then keep NetBackup from its details.
    this.http.route(api, ['/invitations/{invitation}'], HttpMethod.GET);
    this.http.route(command, [
      '/v1/commands',
      '/v1/groups/{groupId}/commands',
      '/v1/groups/{groupId}/commands/{proxy+}',
      '/v1/groups/{groupId}/netbackup',
      '/v1/groups/{groupId}/netbackup/{proxy+}',
      '/v1/groups/{groupId}/netbackup-credential',
    ]);

    this.journalStream = new JournalStream(this, 'JournalStream', {
      journal: data.tables.journal,
      project,
      parallelization: config.projectParallelization,
      retention: Duration.days(config.retention.viewDays),
    });

    // No retries: the next sweep continues after a failed one.
    sweep.configureAsyncInvoke({ retryAttempts: 0, maxEventAge: Duration.minutes(1) });
    new Rule(this, 'EveryMinute', {
      description: 'Starts the sweep',
      schedule: Schedule.rate(Duration.minutes(1)),
      targets: [new LambdaTarget(sweep)],
    });

    if (config.canaryMinutes !== undefined) {
      this.canary = this.#creator(props)('canary');
      new CanarySchedule(this, 'CanarySchedule', { canary: this.canary, minutes: config.canaryMinutes });
    }

    if (config.console) {
      this.console = this.#creator(props)('console');
      // A route key must not end with a slash: `/console/` matches one of these routes.
      this.http.route(this.console, ['/console', '/console/{path+}']);
    }

    if (config.digests.length > 0) {
      const digest = this.#creator(props)('digest');
      this.digests = new DigestSchedules(this, 'Digests', { digest, digests: config.digests });
    }

    this.#outputs(data, project);
  }

  #webSocketGateway(config: Config, log: AccessLogProps): WebSocketGateway {
    const { apiGatewayLogRole } = config;
    const gateway = new WebSocketGateway(this, 'WebSocket', {
      stageName: config.stageName,
      throttling: config.webSocketThrottling,
      domain: config.webSocketDomain,
      detailedMetrics: config.detailedMetrics,
      ...(apiGatewayLogRole === 'off' ? {} : { log }),
    });
    if (apiGatewayLogRole === 'create') {
      // A stage with access logs is refused while the account has no such role.
      gateway.stage.node.addDependency(new GatewayLogRole(this, 'GatewayLogRole'));
    }
    return gateway;
  }

  #routeMessages(webSocket: WebSocketGateway, { connectThrottling }: Config): void {
    for (const handler of ROUTE_HANDLERS) {
      const routes = ROUTES.filter((route) => route.handler === handler);
      webSocket.route(this.handlers[handler], routes, connectThrottling);
    }
  }

  /** The functions, or their aliases, that are invoked. */
  #invoked(config: Config): Record<FunctionName, IFunction> {
    const { gradualDeployment: speed } = config;
    if (speed === 'off') return this.functions;
    const aliases = Object.fromEntries(
      Object.entries(this.functions).map(([name, { currentVersion, node }]) => {
        const version = currentVersion as IVersion;
        return [name, new Alias(this, `${node.id}Live`, { aliasName: 'live', version })];
      }),
    ) as Record<FunctionName, Alias>;
    this.deploymentFailing = this.#deploymentFailing(config);
    new GradualDeployment(this, 'GradualDeployment', {
      speed,
      aliases,
      alarm: this.deploymentFailing,
    });
    return aliases as Record<FunctionName, IFunction>;
  }

  /** Faults that a new version of the functions can cause: most of them are caught, and only counted. */
  #deploymentFailing(config: Config): Alarm {
    const period = Duration.minutes(1);
    const metrics = [
      ...Object.values(this.functions).map((handler) => handler.metricErrors({ period })),
      occurrences(config, 'session', 'session-failed'),
      occurrences(config, 'notify', 'notification-not-stored'),
      ...(this.webSocket ? [this.webSocket.errors('ExecutionError', period)] : []),
    ].map((metric, index) => [`m${index}`, metric] as const);
    return new MathExpression({
      expression: metrics.map(([id]) => `FILL(${id}, 0)`).join(' + '),
      usingMetrics: Object.fromEntries(metrics),
      period,
    }).createAlarm(this, 'DeploymentFailing', {
      threshold: 0,
      comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
      evaluationPeriods: 3,
      datapointsToAlarm: 2,
      treatMissingData: TreatMissingData.NOT_BREACHING,
      alarmDescription: descriptionOf({
        meaning: 'Functions fail: a gradual deployment is stopped and undone.',
        section: 'deployment-failing',
      }),
    });
  }

  /** A function that creates the functions from their declarations. */
  #creator({ config, data, bundles, page }: ServiceStackProps) {
    const relay = relayOf(config);
    const relayUrl = relay && relayWebSocketUrl(relay, config.stageName);
    const settings = variablesOf(config, {
      api: this.http.url,
      otherApi: this.http.otherUrl,
      webSocket: this.webSocket?.url ?? relayUrl,
      relayWebSocket: this.webSocket && relayUrl,
      largeResponses: this.largeResponses?.bucket.bucketName,
    });
    // Functions are in no VPC. They pass the URL to NetBackup, but do not connect to a private URL.
    const isReachable = (name: string) => !relay?.internal || name === 'api';
    const optional = { canary: CANARY, console: CONSOLE, digest: digestFunction(config.digests) };
    return (name: FunctionName | keyof typeof optional) => {
      const declaration = { ...FUNCTIONS, ...optional }[name];
      const reservedConcurrency = reservationOf(config, name);
      const own = declaration.settings.flatMap((key) => {
        const value = key === 'RELAY_WEBSOCKET_URL' && !isReachable(name) ? undefined : settings[key];
        return value === undefined ? [] : [[key, value] as const];
      });
      return new ServiceFunction(this, name.charAt(0).toUpperCase() + name.slice(1), {
        declaration,
        code: bundledCode(bundles, declaration.entry, name === 'console' ? page : undefined),
        memoryMb: Math.max(config.functionMemoryMb, name === 'respond' && relay ? RESPOND_MEMORY_MB : 0),
        logRetention: config.logRetentionDays,
        ...omitUndefined({ reservedConcurrency }),
        tables: data.tables,
        eventBus: data.eventBus,
        commandKey: data.commandKey,
        customerKey: data.customerKey,
        gateways: [this.webSocket, this.relayApi].filter((gateway) => gateway !== undefined),
        settings: {
          LOG_LEVEL: config.logLevel,
          POWERTOOLS_METRICS_NAMESPACE: metricsNamespace(config),
          ...Object.fromEntries(own),
        },
      });
    };
  }

  #functions(props: ServiceStackProps): Record<FunctionName, ServiceFunction> {
    const create = this.#creator(props);
    return {
      session: create('session'),
      notify: create('notify'),
      respond: create('respond'),
      project: create('project'),
      sweep: create('sweep'),
      api: create('api'),
      command: create('command'),
    };
  }

  #outputs(data: DataStack, project: IFunction): void {
    const keysTable = data.tables.keys.tableName;
    if (this.webSocket)
      new CfnOutput(this, 'WebSocketUrl', {
        value: this.webSocket.url,
        description: 'The URL that NetBackup connects to, as in the endpoint details',
      });
    new CfnOutput(this, 'ApiUrl', {
      value: this.http.url,
      description: 'Base URL of the HTTP API',
    });
    const domains = { WebSocketTarget: this.webSocket?.customDomain, ApiTarget: this.http.customDomain };
    for (const [name, domain] of Object.entries(domains)) {
      if (!domain) continue;
      const description = 'The host name to which DNS must lead for the custom domain (CNAME)';
      new CfnOutput(this, name, { value: domain.target, description });
    }
    new CfnOutput(this, 'FirstKey', {
      value: `npx nbwss keys create --table ${keysTable} --scopes admin`,
      description: 'Creates the first API key and prints it once',
    });
    const { bucketName } = this.journalStream.failedBatches;
    new CfnOutput(this, 'Redrive', {
      value: `npx nbwss redrive --bucket ${bucketName} --function ${project.functionArn}`,
      description: 'Applies what could not be applied during an outage',
    });
  }
}
