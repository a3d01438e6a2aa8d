import { readFile } from 'node:fs/promises';
import { Activity } from '../gateway/activity.ts';
import { type Clock, stoppable, systemClock } from '../gateway/clock.ts';
import { createWebSocketGateway, type WebSocketGatewayOptions } from '../gateway/gateway.ts';
import type { LambdaService, Log } from '../gateway/types.ts';
import { bindAddresses, publicUrl } from './addresses.ts';
import { checkProperties } from './assembly/catalogue.ts';
import { Resolver } from './assembly/intrinsics.ts';
import { buildModel } from './assembly/model.ts';
import { readAssembly } from './assembly/read.ts';
import type { Secrets } from './assembly/secrets.ts';
import { createContainers } from './containers.ts';
import { Store } from './dynamodb/store.ts';
import { StartError } from './errors.ts';
import { createFaults } from './faults.ts';
import { Callers } from './front-door/callers.ts';
import { Iam } from './front-door/iam.ts';
import { createFrontDoor } from './front-door/server.ts';
import { createHttpApi } from './http-api/http-api.ts';
import { createPrivateApi } from './http-api/private-api.ts';
import { policiesOfOtherKeys } from './kms.ts';
import { createLambdaService, type LambdaOptions } from './lambda/service.ts';
import { createAlarms } from './metrics/alarms.ts';
import { gatewayMetric, recordThrottles, withLambdaMetrics } from './metrics/aws.ts';
import { recordEmbedded } from './metrics/embedded.ts';
import { createMetricStore } from './metrics/store.ts';
import { withPermissions } from './permissions.ts';
import { startServices } from './services.ts';

export interface LocalCloudOptions
  extends Pick<WebSocketGatewayOptions, 'limits'>,
    Pick<LambdaOptions, 'accountConcurrency' | 'codeCache' | 'maxProcesses' | 'idleClock'> {
  /** The folder of the synthesized assembly (`cdk.out`). */
  readonly assembly: string;
  /** Where data is kept over restarts; in memory by default. */
  readonly dataDir?: string;
  /** Name that clients use in URLs; `localhost` by default. Requests under other names than the machine's are refused. */
  readonly host?: string;
  /** The name by which DNS would lead to the load balancer. In values of the assembly it becomes the balancer's local address. */
  readonly balancerName?: string;
  /** Name or address by which clients reach the balancer; `host` by default. */
  readonly balancerHost?: string;
  /** Address that the APIs and the balancer listen on; `127.0.0.1` by default. The front door is always on loopback. */
  readonly listen?: string;
  readonly apiPort?: number;
  /** The port of the WebSocket API; without a WebSocket API, of the balancer. */
  readonly webSocketPort?: number;
  /** PEM texts for the APIs, and the path of the PEM file that functions trust. */
  readonly tls: { readonly cert: string; readonly key: string; readonly caFile: string };
  /** The texts of secrets in AWS Secrets Manager, for functions and for dynamic references. */
  readonly secrets?: Secrets;
  /** The order of the messages of one connection (`shuffled` by default); with `serial`, streams also have a single shard. */
  readonly order?: 'serial' | 'shuffled';
  /** The seed of the random numbers: order of messages, chances of faults. */
  readonly seed?: number;
  readonly clock?: Clock;
  /** Whether schedules run by the clock (the default) or only by `runSchedules`. */
  readonly schedules?: 'clock' | 'on-demand';
  /** The Node.js that runs the functions and the containers. */
  readonly nodePath?: string;
  readonly log?: Log;
  /** Called with each line that a function writes, or a task under the name of its service. */
  readonly onOutput?: (functionName: string, environmentId: string, line: string) => void;
}

export type LocalCloud = Awaited<ReturnType<typeof start>>;

type Stops = (() => Promise<void> | void)[];
const stopAll = async (stops: Stops): Promise<void> => {
  for (const stop of stops.splice(0).reverse()) await stop();
};

/**
 * Runs a synthesized CDK assembly on this machine.
 * @throws StartError for what cannot be run: an unsupported resource type or property, a port or data directory that is
 * in use.
 */
export async function startLocalCloud(options: LocalCloudOptions): Promise<LocalCloud> {
  const stops: Stops = [];
  try {
    return await start(options, stops);
  } catch (error) {
    await stopAll(stops);
    throw error;
  }
}

async function start(options: LocalCloudOptions, stops: Stops) {
  const { seed = 1, order = 'shuffled', log = () => {}, clock = systemClock } = options;
  const stacks = readAssembly(options.assembly);
  const resolver: Resolver = new Resolver(stacks, (api) => ports.urlOf(api), options.secrets);
  for (const resource of resolver.resources) checkProperties(resource);
  // The functions' variables contain the addresses, so the ports are bound first.
  const ports = await bindAddresses(resolver, options, (stop) => stops.push(stop));
  const model = buildModel(stacks, resolver, ports.localize);
  const { region } = model;
  const store = await Store.open(model.tables, options.dataDir);
  stops.push(() => store.close());
  const iam = new Iam({
    ...model,
    resourcePolicies: [...model.resourcePolicies, ...(await policiesOfOtherKeys(store, model))],
  });
  for (const { roleArn, logicalId } of model.functions)
    iam.checkTrust(roleArn, 'lambda.amazonaws.com', logicalId);

  const callers = new Callers();
  const metrics = createMetricStore();
  const onOutput = (name: string, id: string, line: string) => {
    recordEmbedded(line, metrics);
    options.onOutput?.(name, id, line);
  };
  const environment = {
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_ENDPOINT_URL: ports.endpoint.url,
    NODE_EXTRA_CA_CERTS: options.tls.caFile,
    // Not on AWS: the Node.js of this machine may be older than that of the image or runtime.
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
  };
  const { hostNames: names, address } = ports;
  const lambda = createLambdaService(model.functions, {
    ...options,
    clock,
    log,
    onOutput,
    ...(names.length > 0 && { hostNames: { names, address } }),
    environmentFor: (spec, environmentId) => {
      const { accessKeyId, secretAccessKey } = callers.issue(spec, environmentId);
      return {
        ...environment,
        AWS_ACCESS_KEY_ID: accessKeyId,
        AWS_SECRET_ACCESS_KEY: secretAccessKey,
        AWS_SESSION_TOKEN: 'local',
      };
    },
  });
  stops.push(() => lambda.stop());

  const timers = stoppable(clock);
  const activity = new Activity();
  const measured = withLambdaMetrics(lambda, model.functions, metrics, clock);
  const counted: LambdaService = {
    invoke: (name, payload) => activity.during(measured.invoke(name, payload)),
  };
  const context = {
    resolver,
    model,
    iam,
    store,
    lambda: counted,
    clock: timers,
    activity,
    metrics,
    log,
    secrets: options.secrets ?? {},
    trusted: await readFile(options.tls.caFile, 'utf8'),
    shards: order === 'serial' ? 1 : 4,
  };
  const services = await startServices(context);
  const containers = await createContainers({
    ...{ model, iam, callers, metrics, environment, clock, log, onOutput },
    balancers: ports.balancer ? [ports.balancer] : [],
    nodePath: options.nodePath,
  });
  stops.push(() => containers.stop());
  const executions = {
    kill: (id: string) => {
      lambda.kill(id);
      void containers.tasks.kill(id);
    },
    tellTime: (id: string) => {
      lambda.tellTime(id);
      containers.tellTime();
    },
  };
  const serviceNames = model.containerServices.map(({ serviceName: functionName, logicalId }) => {
    return { functionName, logicalId };
  });
  const faults = createFaults(timers, executions, seed, [...model.functions, ...serviceNames]);
  stops.push(() => {
    timers.stop();
    faults.clear();
    services.stop();
  });
  const frontDoor = createFrontDoor(context, callers, services.byTarget, services.byName, faults);
  ports.endpoint.serve(frontDoor.handle);
  frontDoor.calls.subscribe((call) => recordThrottles(call, metrics));
  const alarms = createAlarms(resolver, metrics, timers);

  const [webSocketApi, ...moreSockets] = model.webSocketApis;
  const [httpApi, ...moreApis] = model.httpApis;
  if (moreSockets.length + moreApis.length > 0)
    throw new StartError('The assembly has several APIs of one kind; the local cloud serves one of each.');
  const apis = { ...options, lambda: withPermissions(counted, iam, model, log), clock, order, seed, log };
  const gateway =
    webSocketApi &&
    createWebSocketGateway(webSocketApi, {
      ...apis,
      count: (name) => metrics.record(gatewayMetric(name, webSocketApi), 1, clock.now()),
    });
  if (ports.wss && webSocketApi && gateway) {
    stops.push(() => gateway.stop());
    ports.wss.serve((request, response) =>
      frontDoor.handleConnections(request, response, webSocketApi, gateway.connections),
    );
    ports.wss.serveUpgrades((request, socket, head) => gateway.handleUpgrade(request, socket, head));
  }
  const api = httpApi && createHttpApi(httpApi, apis);
  if (api) {
    stops.push(() => api.stop());
    ports.http.serve((request, response) => void api.handle(request, response), api.allowsOrigin);
  }
  const privateApis = model.privateApis.map((spec) => createPrivateApi(spec, containers.discover, clock));
  for (const one of privateApis)
    ports.privates.get(one.spec.apiId)?.serve((request, response) => {
      containers.tellTime();
      void frontDoor.handlePrivate(request, response, one);
    });
  await services.resume();
  await containers.start();
  if (options.schedules !== 'on-demand') {
    services.schedules.start();
    services.scheduler.start();
    alarms.start();
  }

  const values = [...Object.values(model.outputs), ...model.functions.map((one) => one.environment)];
  const balancerUrl = ports.balancerUrl(values.flatMap((one) => Object.values(one)));

  return {
    region,
    /** `wss://host:port/stage` of the WebSocket API, with its custom domain if it has one; else {@link balancerUrl}. */
    webSocketUrl: webSocketApi && ports.wss ? publicUrl(webSocketApi, ports.wss.url) : balancerUrl,
    /** `wss://host:port/path` of the load balancer, with the path that the assembly has for it; empty when there is none. */
    balancerUrl,
    /** `http://host:port` of the HTTP API, also available as `https://host:port`; empty when there is none. */
    apiUrl: httpApi ? publicUrl(httpApi, ports.http.url) : '',
    /** The URL for `AWS_ENDPOINT_URL`. */
    endpointUrl: ports.endpoint.url,
    /** The credentials of a user who may do everything. */
    credentials: callers.issue(),
    /** The outputs by stack name and output key. */
    outputs: model.outputs,
    /** The resources by logical id. */
    resources: model.resources,
    calls: frontDoor.calls,
    events: services.events,
    /** The e-mails that SES has accepted; nothing is sent. */
    sesMails: services.sesMails,
    /** Changes a secret of Secrets Manager, or creates it. */
    putSecret: services.putSecret,
    /** When the schedules of EventBridge Scheduler are due next, epoch ms, by logical id. */
    dueSchedules: () => services.scheduler.due(),
    /** The e-mails that topics have sent. */
    mails: services.mails,
    /** The alarms of the assembly, evaluated at every full minute. */
    alarms,
    faults,
    lambda,
    gateway,
    /** The tasks of the services of ECS. */
    tasks: containers.tasks,
    /** How many requests the stages have throttled, by route key. */
    throttled: () => ({ webSocket: gateway?.throttled() ?? {}, http: api?.throttled() ?? {} }),
    /** Serves new connections with another certificate, which the functions must trust. */
    renewCertificate: ports.renew,
    /** Runs every schedule once; resolves after the first attempt of each. */
    runSchedules: () => services.schedules.runAll(),
    /** Deletes items whose TTL attribute is before `now` (ms; the clock's time by default). @returns how many. */
    expireItems: (now = clock.now()) => services.expireItems(now),
    /**
     * Resolves when every stream record is processed and no invocation or delivery is running. Batching windows, which
     * only time would end, are skipped meanwhile.
     */
    drained: async () => {
      const resumes = services.mappings.map((mapping) => mapping.skipWindows());
      await gateway?.idle();
      await activity.idle();
      await containers.settled(frontDoor.calls, activity);
      for (const resume of resumes) resume();
    },
    /** Grants of the roles' policies, and those that no call has needed so far. */
    grants: () => iam.grants(),
    unusedGrants: () => iam.unusedGrants(),
    stop: () => stopAll(stops),
  };
}
