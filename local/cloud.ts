import { readFile } from 'node:fs/promises';
import { Activity } from '../gateway/activity.ts';
import { type Clock, stoppable, systemClock } from '../gateway/clock.ts';
import { createWebSocketGateway, type WebSocketGatewayOptions } from '../gateway/gateway.ts';
import type { ApiHosts, LambdaService, Log } from '../gateway/types.ts';
import { checkProperties } from './assembly/catalogue.ts';
import { customDomains } from './assembly/domains.ts';
import { Resolver, type Resource } from './assembly/intrinsics.ts';
import { buildModel } from './assembly/model.ts';
import { readAssembly } from './assembly/read.ts';
import type { Secrets } from './assembly/secrets.ts';
import { Store } from './dynamodb/store.ts';
import { StartError } from './errors.ts';
import { createFaults } from './faults.ts';
import { Callers } from './front-door/callers.ts';
import { Iam } from './front-door/iam.ts';
import { createFrontDoor } from './front-door/server.ts';
import { isWildcard, namesOf } from './host-names.ts';
import { createHttpApi } from './http-api/http-api.ts';
import { policiesOfOtherKeys } from './kms.ts';
import { createLambdaService, type LambdaOptions } from './lambda/service.ts';
import { createAlarms } from './metrics/alarms.ts';
import { gatewayMetric, recordThrottles, withLambdaMetrics } from './metrics/aws.ts';
import { recordEmbedded } from './metrics/embedded.ts';
import { createMetricStore } from './metrics/store.ts';
import { withPermissions } from './permissions.ts';
import { bind, type Port } from './ports.ts';
import { startServices } from './services.ts';

export interface LocalCloudOptions
  extends Pick<WebSocketGatewayOptions, 'limits'>,
    Pick<LambdaOptions, 'accountConcurrency' | 'codeCache' | 'maxProcesses' | 'idleClock'> {
  /** Folder of the synthesized assembly (`cdk.out`). */
  readonly assembly: string;
  /** Where data is kept over restarts; in memory by default. */
  readonly dataDir?: string;
  /** Name that clients use in URLs; `localhost` by default. Requests under other names than the machine's are refused. */
  readonly host?: string;
  /** Address that the APIs listen on; `127.0.0.1` by default. The front door is always on loopback. */
  readonly listen?: string;
  readonly apiPort?: number;
  readonly webSocketPort?: number;
  /** PEM texts of the APIs, and the path of the PEM that functions trust. */
  readonly tls: { readonly cert: string; readonly key: string; readonly caFile: string };
  /** The texts of secrets in AWS Secrets Manager, for functions and for dynamic references. */
  readonly secrets?: Secrets;
  /** Order of the messages of one connection (`shuffled` by default); `serial` also gives streams a single shard. */
  readonly order?: 'serial' | 'shuffled';
  /** Of the random numbers: order of messages, chances of faults. */
  readonly seed?: number;
  readonly clock?: Clock;
  /** Whether schedules run by the clock (the default) or only by `runSchedules`. */
  readonly schedules?: 'clock' | 'on-demand';
  /** Node that runs the functions. */
  readonly nodePath?: string;
  readonly log?: Log;
  /** Each line that a function writes. */
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
  // The functions' variables contain the addresses, so the ports are bound first.
  const ports = await bindPorts(options, stops);
  const urlOf = ({ raw }: Resource) => (raw['ProtocolType'] === 'WEBSOCKET' ? ports.wss.url : ports.http.url);
  const resolver = new Resolver(stacks, urlOf, options.secrets);
  for (const resource of resolver.resources) checkProperties(resource);
  const names = customDomains(resolver).map(({ name }) => name);
  for (const port of [ports.wss, ports.http]) port.alsoNamed(names);
  const model = buildModel(stacks, resolver, (text) => localize(text, resolver, urlOf));
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
  const lambda = createLambdaService(model.functions, {
    ...options,
    clock,
    log,
    onOutput: (functionName, environmentId, line) => {
      recordEmbedded(line, metrics);
      options.onOutput?.(functionName, environmentId, line);
    },
    ...(names.length > 0 && { hostNames: { names, address: addressOf(options) } }),
    environmentFor: (spec, environmentId) => {
      const { accessKeyId, secretAccessKey } = callers.issue(spec, environmentId);
      return {
        AWS_REGION: region,
        AWS_DEFAULT_REGION: region,
        AWS_ACCESS_KEY_ID: accessKeyId,
        AWS_SECRET_ACCESS_KEY: secretAccessKey,
        AWS_SESSION_TOKEN: 'local',
        AWS_ENDPOINT_URL: ports.endpoint.url,
        NODE_EXTRA_CA_CERTS: options.tls.caFile,
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
  const faults = createFaults(timers, lambda, seed, model.functions);
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
  if (webSocketApi && gateway) {
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
  await services.resume();
  if (options.schedules !== 'on-demand') {
    services.schedules.start();
    services.scheduler.start();
    alarms.start();
  }

  return {
    region,
    /** `wss://host:port/stage` of the WebSocket API, with its custom domain if it has one; empty when there is none. */
    webSocketUrl: webSocketApi ? publicUrl(webSocketApi, ports.wss.url) : '',
    /** `http://host:port` of the HTTP API, which is also `https://host:port`; likewise. */
    apiUrl: httpApi ? publicUrl(httpApi, ports.http.url) : '',
    /** For `AWS_ENDPOINT_URL`. */
    endpointUrl: ports.endpoint.url,
    /** Of a user who may do everything. */
    credentials: callers.issue(),
    /** By stack name and output key. */
    outputs: model.outputs,
    /** By logical id. */
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
    /** How many requests the stages have throttled, by route key. */
    throttled: () => ({ webSocket: gateway?.throttled() ?? {}, http: api?.throttled() ?? {} }),
    /** Serves new connections with another certificate, which the functions must trust. */
    renewCertificate: (certificate: { readonly cert: string; readonly key: string }) => {
      for (const port of [ports.wss, ports.http]) port.renew(certificate);
    },
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
      for (const resume of resumes) resume();
    },
    /** Grants of the roles' policies that no call has needed so far. */
    unusedGrants: () => iam.unusedGrants(),
    stop: () => stopAll(stops),
  };
}

/** The front door on loopback, `wss` for the WebSocket API with its `@connections`, HTTP with and without TLS for the HTTP API. */
async function bindPorts(options: LocalCloudOptions, stops: Stops) {
  const { host = 'localhost', listen = '127.0.0.1', apiPort = 0, webSocketPort = 0, tls } = options;
  const open = async (scheme: string, name: string, bound: Promise<Port>) => {
    const port = await bound;
    stops.push(() => port.stop());
    return { ...port, url: `${scheme}://${name}:${port.number}` };
  };
  const names = namesOf([listen], [host]);
  return {
    endpoint: await open('http', '127.0.0.1', bind('127.0.0.1', 0, namesOf([], []))),
    wss: await open('wss', host, bind(listen, webSocketPort, names, tls)),
    http: await open('http', host, bind(listen, apiPort, names, { ...tls, alsoPlain: true })),
  };
}

function publicUrl({ stageName, domains = {} }: ApiHosts & { stageName: string }, url: string): string {
  const [[name, path] = []] = Object.entries(domains);
  const stage = path ?? (stageName === '$default' ? '' : stageName);
  return url.replace(/\/\/.*(?=:\d+$)/, name ? `//${name}` : '$&') + (stage && `/${stage}`);
}

/** Where this machine reaches the APIs. */
const addressOf = ({ listen = '127.0.0.1' }: LocalCloudOptions): string =>
  isWildcard(listen) ? '127.0.0.1' : listen;

/** Replaces the host name that an API has on AWS by its local address, and adds the port to that of a custom domain. */
function localize(text: string, resolver: Resolver, urlOf: (api: Resource) => string): string {
  let local = text;
  for (const api of resolver.resources.filter(({ type }) => type === 'AWS::ApiGatewayV2::Api')) {
    const url = urlOf(api);
    const name = `${resolver.ref(api)}.execute-api.${api.stack.region}.amazonaws.com`;
    if (url.startsWith('http:')) local = local.replaceAll(`https://${name}`, url);
    local = local.replaceAll(name, url.replace(/^\w+:\/\//, ''));
    for (const domain of customDomains(resolver)) {
      if (domain.apiId !== resolver.ref(api)) continue;
      const own = new RegExp(`(://${domain.name.replaceAll('.', '\\.')})(?![\\w.:-])`, 'g');
      local = local.replace(own, `$1:${new URL(url).port}`);
    }
  }
  return local;
}
