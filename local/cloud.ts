import { Activity } from './activity.ts';
import { checkProperties } from './assembly/catalogue.ts';
import { Resolver, type Resource } from './assembly/intrinsics.ts';
import { buildModel, type CloudModel } from './assembly/model.ts';
import { readAssembly } from './assembly/read.ts';
import { type Clock, systemClock } from './clock.ts';
import { Store } from './dynamodb/store.ts';
import type { RecordedEvent } from './events/bus.ts';
import { Faults } from './faults.ts';
import { type Grant, Iam } from './front-door/iam.ts';
import { type AwsCall, Recorder } from './front-door/record.ts';
import { FrontDoor } from './front-door/server.ts';
import { createHttpApi } from './http-api/http-api.ts';
import { createLambdaService, type LocalLambdaService } from './lambda/service.ts';
import { permitted, watched } from './permissions.ts';
import { bind, type Port } from './ports.ts';
import { Callers, type Credentials, startServices } from './services.ts';
import { Timers } from './timers.ts';
import type { LocalLog } from './types.ts';
import { WebSocketGateway, type WebSocketGatewayOptions } from './websocket/gateway.ts';

export interface LocalCloudOptions extends Pick<WebSocketGatewayOptions, 'limits' | 'onAccess'> {
  /** Folder of the synthesized assembly (`cdk.out`). */
  readonly assembly: string;
  /** Where data lasts over restarts; in memory if left out. */
  readonly dataDir?: string;
  /** Name that clients use in URLs; `localhost` if left out. */
  readonly host?: string;
  /** Address that the APIs listen on; `127.0.0.1` if left out. The front door is always on loopback. */
  readonly listen?: string;
  readonly apiPort?: number;
  readonly webSocketPort?: number;
  /** PEM texts of the WebSocket endpoint, and the path of the PEM that functions shall trust. */
  readonly tls: { readonly cert: string; readonly key: string; readonly caFile: string };
  /** Order of the messages of one connection (`shuffled` if left out); `serial` also gives streams a single shard. */
  readonly order?: 'serial' | 'shuffled';
  /** For the shuffling and the chances of faults. */
  readonly seed?: number;
  readonly clock?: Clock;
  /** Whether schedules run by the clock (they do if left out) or only by `runSchedules`. */
  readonly schedules?: 'clock' | 'on-demand';
  /** Node that runs the functions. */
  readonly nodePath?: string;
  readonly accountConcurrency?: number;
  readonly log?: LocalLog;
  /** Each line that a function writes. */
  readonly onOutput?: (functionName: string, environmentId: string, line: string) => void;
}

export interface LocalCloud {
  readonly region: string;
  /** `wss://host:port/stage` of the only WebSocket API (the first, when several); empty when there is none. */
  readonly webSocketUrl: string;
  /** `http://host:port` of the only HTTP API; empty when there is none. */
  readonly apiUrl: string;
  /** By logical id of the API. */
  readonly urls: Readonly<Record<string, string>>;
  /** For `AWS_ENDPOINT_URL`. */
  readonly endpointUrl: string;
  /** Of a person who may do everything. */
  readonly credentials: Credentials;
  /** By stack name and output key. */
  readonly outputs: CloudModel['outputs'];
  /** By logical id. */
  readonly resources: CloudModel['resources'];
  readonly calls: Recorder<AwsCall>;
  readonly events: Recorder<RecordedEvent>;
  readonly faults: Faults;
  readonly lambda: LocalLambdaService;
  /** By logical id of the API. */
  readonly gateways: ReadonlyMap<string, WebSocketGateway>;
  /** Of the only WebSocket API. */
  readonly gateway: WebSocketGateway | undefined;
  /** Runs every schedule once; resolves when each has been tried. */
  runSchedules(): Promise<void>;
  /** Deletes what has expired by its TTL attribute at `now` (ms; the clock's time if left out). @returns how many items. */
  expireItems(now?: number): Promise<number>;
  /**
   * Resolves when every stream record is processed and no invocation or delivery is under way. Batching windows end at
   * once meanwhile: they are the one thing that only passes with time.
   */
  drained(): Promise<void>;
  /** Grants of the roles' policies that nothing has needed so far. */
  unusedGrants(): readonly Grant[];
  stop(): Promise<void>;
}

type Stops = (() => Promise<void> | void)[];
const stopAll = async (stops: Stops): Promise<void> => {
  for (const stop of stops.splice(0).reverse()) await stop();
};

/**
 * Runs a synthesized CDK assembly on this machine.
 * @throws StartError, in one sentence, for what cannot be run: an unknown resource type or property, a port that is
 * taken, a data directory that is in use.
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

async function start(options: LocalCloudOptions, stops: Stops): Promise<LocalCloud> {
  const { seed = 1, order = 'shuffled', log = () => {}, clock = systemClock } = options;
  const stacks = readAssembly(options.assembly);
  const ports = new Map<Resource, ApiPort>();
  const resolver = new Resolver(stacks, (api) => ports.get(api)?.url ?? '');
  for (const resource of resolver.resources) checkProperties(resource);
  // Functions are told the addresses, so the ports come first.
  const endpoint = await bind('127.0.0.1', 0);
  stops.push(() => endpoint.stop());
  const endpointUrl = `http://127.0.0.1:${endpoint.number}`;
  await bindApis(options, resolver, ports, stops);
  const model = buildModel(stacks, resolver, (text) => localize(text, resolver, ports));
  const iam = new Iam(model);
  for (const { roleArn, logicalId } of model.functions)
    iam.checkTrust(roleArn, 'lambda.amazonaws.com', logicalId);
  const store = await Store.open(model.tables, options.dataDir);
  stops.push(() => store.close());

  const callers = new Callers();
  const lambda = createLambdaService(model.functions, {
    ...options,
    clock,
    log,
    environmentFor: (spec, environmentId) => {
      const { accessKeyId, secretAccessKey } = callers.issue(spec, environmentId);
      return {
        AWS_REGION: model.region,
        AWS_DEFAULT_REGION: model.region,
        AWS_ACCESS_KEY_ID: accessKeyId,
        AWS_SECRET_ACCESS_KEY: secretAccessKey,
        AWS_SESSION_TOKEN: 'local',
        AWS_ENDPOINT_URL: endpointUrl,
        NODE_EXTRA_CA_CERTS: options.tls.caFile,
      };
    },
  });
  stops.push(() => lambda.stop());

  const timers = new Timers(clock);
  const activity = new Activity();
  const invoked = watched(lambda, activity);
  const shards = order === 'serial' ? 1 : 4;
  const parts = { resolver, model, iam, store, lambda: invoked, clock: timers, activity, log, shards };
  const services = await startServices(parts);
  const faults = new Faults(timers, (environmentId) => lambda.kill(environmentId), seed);
  stops.push(() => {
    timers.stop();
    faults.clear();
    services.stop();
  });

  const calls = new Recorder<AwsCall>();
  const { region, account } = model;
  const frontDoor = new FrontDoor({
    region,
    account,
    iam,
    faults,
    calls,
    clock,
    log,
    callers,
    services: services.byTarget,
  });
  endpoint.serve((request, response) => frontDoor.handle(request, response));

  const guarded = permitted(invoked, iam, model, log);
  const gateways = new Map<string, WebSocketGateway>();
  const urls: Record<string, string> = {};
  for (const [{ logicalId }, { url, port }] of ports) {
    const spec = [...model.webSocketApis, ...model.httpApis].find((api) => api.logicalId === logicalId);
    if (!spec) continue;
    urls[logicalId] = spec.stageName === '$default' ? url : `${url}/${spec.stageName}`;
    if ('routeSelectionExpression' in spec) {
      const gateway = new WebSocketGateway(spec, { ...options, lambda: guarded, clock, order, seed, log });
      gateways.set(logicalId, gateway);
      stops.push(() => gateway.stop());
      port.serve((request, response) =>
        frontDoor.handleConnections(request, response, spec, gateway.connections),
      );
      port.server.on('upgrade', (request, socket, head) => gateway.handleUpgrade(request, socket, head));
    } else {
      const api = createHttpApi(spec, { lambda: guarded, clock, log });
      stops.push(() => api.stop());
      port.serve((request, response) => void api.handle(request, response));
    }
  }
  await services.streams.resume();
  if (options.schedules !== 'on-demand') services.schedules.start();

  const webSocketApi = model.webSocketApis[0]?.logicalId ?? '';
  return {
    region,
    webSocketUrl: urls[webSocketApi] ?? '',
    apiUrl: urls[model.httpApis[0]?.logicalId ?? ''] ?? '',
    urls,
    endpointUrl,
    credentials: callers.issue(),
    outputs: model.outputs,
    resources: model.resources,
    calls,
    events: services.recorded,
    faults,
    lambda,
    gateways,
    gateway: gateways.get(webSocketApi),
    runSchedules: () => services.schedules.runAll(),
    expireItems: (now = clock.now()) => services.dynamodb.expireItems(now),
    drained: async () => {
      const calm = services.mappings.map((mapping) => mapping.hurry());
      for (const gateway of gateways.values()) await gateway.idle();
      await activity.idle();
      for (const end of calm) end();
    },
    unusedGrants: () => iam.unusedGrants(),
    stop: () => stopAll(stops),
  };
}

interface ApiPort {
  /** Scheme, host and port. */
  readonly url: string;
  readonly port: Port;
}

/** Binds a port for every API: `wss` for WebSocket APIs, plain HTTP for the others. */
async function bindApis(
  { host = 'localhost', listen = '127.0.0.1', apiPort = 0, webSocketPort = 0, tls }: LocalCloudOptions,
  resolver: Resolver,
  ports: Map<Resource, ApiPort>,
  stops: Stops,
): Promise<void> {
  const wanted: Record<string, number> = { wss: webSocketPort, http: apiPort };
  for (const resource of resolver.resources) {
    if (resource.type !== 'AWS::ApiGatewayV2::Api') continue;
    const scheme = resource.raw['ProtocolType'] === 'WEBSOCKET' ? 'wss' : 'http';
    const port = await bind(listen, wanted[scheme] ?? 0, scheme === 'wss' ? tls : undefined);
    stops.push(() => port.stop());
    // Further APIs of the same kind get any free port.
    wanted[scheme] = 0;
    ports.set(resource, { port, url: `${scheme}://${host}:${port.number}` });
  }
}

/** Puts the local address of an API in place of the host name that it would have on AWS. */
function localize(text: string, resolver: Resolver, ports: ReadonlyMap<Resource, ApiPort>): string {
  let local = text;
  for (const [api, { url }] of ports) {
    const name = `${resolver.ref(api)}.execute-api.${api.stack.region}.amazonaws.com`;
    const address = url.replace(/^\w+:\/\//, '');
    if (url.startsWith('http:')) local = local.replaceAll(`https://${name}`, url);
    local = local.replaceAll(name, address);
  }
  return local;
}
