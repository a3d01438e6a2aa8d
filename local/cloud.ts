import { randomBytes } from 'node:crypto';
import { Activity } from './activity.ts';
import { checkProperties } from './assembly/catalogue.ts';
import { Resolver, type Resource } from './assembly/intrinsics.ts';
import { buildModel } from './assembly/model.ts';
import { readAssembly } from './assembly/read.ts';
import type { CloudModel, LocalResource } from './assembly/specs.ts';
import { type Clock, systemClock } from './clock.ts';
import { DynamoDb } from './dynamodb/service.ts';
import { Store } from './dynamodb/store.ts';
import { StartError } from './errors.ts';
import { EventBridge, type RecordedEvent } from './events/bus.ts';
import { Deliveries } from './events/deliver.ts';
import { Schedules } from './events/schedules.ts';
import { Faults } from './faults.ts';
import { type Grant, Iam } from './front-door/iam.ts';
import { type AwsCall, Recorder } from './front-door/record.ts';
import { FrontDoor, type KnownCaller } from './front-door/server.ts';
import { createHttpApi } from './http-api/http-api.ts';
import { Kms } from './kms.ts';
import { createLambdaService, type LocalLambdaService } from './lambda/service.ts';
import { permitted, watched } from './permissions.ts';
import { bind, type Port } from './ports.ts';
import { Sqs } from './sqs.ts';
import { StreamLog } from './streams/log.ts';
import { Mapping } from './streams/mapping.ts';
import { Timers } from './timers.ts';
import type { FunctionSpec, LocalLog } from './types.ts';
import { WebSocketGateway, type WebSocketGatewayOptions } from './websocket/gateway.ts';

export interface LocalCloudOptions {
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
  /** Order of the messages of one connection; `serial` also gives streams a single shard. */
  readonly order?: 'serial' | 'shuffled';
  /** For the shuffling and the chances of faults. */
  readonly seed?: number;
  readonly clock?: Clock;
  readonly limits?: WebSocketGatewayOptions['limits'];
  /** Whether schedules run by the clock (they do if left out) or only by `runSchedules`. */
  readonly schedules?: 'clock' | 'on-demand';
  /** Node that runs the functions. */
  readonly nodePath?: string;
  readonly accountConcurrency?: number;
  readonly log?: LocalLog;
  /** Each line that a function writes. */
  readonly onOutput?: (functionName: string, environmentId: string, line: string) => void;
  readonly onAccess?: WebSocketGatewayOptions['onAccess'];
}

/** Credentials for an AWS SDK. */
export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
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
  readonly resources: Readonly<Record<string, LocalResource>>;
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
  /** Resolves when every stream record is processed and no invocation or delivery is under way. */
  drained(): Promise<void>;
  /** Grants of the roles' policies that nothing has needed so far. */
  unusedGrants(): readonly Grant[];
  stop(): Promise<void>;
}

interface Running {
  readonly stops: (() => Promise<void> | void)[];
}

/**
 * Runs a synthesized CDK assembly on this machine.
 * @throws StartError, in one sentence, for what cannot be run: an unknown resource type or property, a port that is
 * taken, a data directory that is in use.
 */
export async function startLocalCloud(options: LocalCloudOptions): Promise<LocalCloud> {
  const running: Running = { stops: [] };
  try {
    return await start(options, running);
  } catch (error) {
    await stopAll(running);
    throw error;
  }
}

async function stopAll({ stops }: Running): Promise<void> {
  for (const stop of stops.splice(0).reverse()) await stop();
}

async function start(options: LocalCloudOptions, running: Running): Promise<LocalCloud> {
  const { seed = 1, order = 'shuffled', log = () => {} } = options;
  const clock = options.clock ?? systemClock;
  const timers = new Timers(clock);
  const activity = new Activity();
  const addresses = new Map<Resource, { readonly url: string; readonly port: Port }>();
  const stacks = readAssembly(options.assembly);
  const resolver = new Resolver(stacks, (resource) => addresses.get(resource)?.url ?? '');
  for (const resource of resolver.resources) checkProperties(resource);

  const endpoint = await bind('127.0.0.1', 0);
  running.stops.push(() => endpoint.stop());
  const hosts = await bindApis(options, resolver, addresses, running);
  const model = buildModel(stacks, resolver, hosts);
  const iam = new Iam(model);
  for (const { roleArn, logicalId } of model.functions)
    iam.checkTrust(roleArn, 'lambda.amazonaws.com', logicalId);
  checkSchedulers(model, iam);

  const store = await Store.open(model.tables, options.dataDir);
  running.stops.push(() => store.close());
  const sqs = new Sqs(model.queues, store, () => clock.now());
  const kms = new Kms(model.keys, model.keyAliases, store);
  await sqs.resume();
  await kms.resume();

  const callers = new Map<string, KnownCaller>();
  const person = newCredentials('AKIA');
  callers.set(person.accessKeyId, { accessKeyId: person.accessKeyId, names: [] });
  const endpointUrl = `http://127.0.0.1:${endpoint.number}`;
  const lambda = createLambdaService(model.functions, {
    clock,
    log,
    environmentFor: (spec, environmentId) => {
      const credentials = newCredentials('ASIA');
      callers.set(credentials.accessKeyId, callerOf(spec, environmentId, credentials));
      return {
        AWS_REGION: model.region,
        AWS_DEFAULT_REGION: model.region,
        AWS_ACCESS_KEY_ID: credentials.accessKeyId,
        AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
        AWS_SESSION_TOKEN: 'local',
        AWS_ENDPOINT_URL: endpointUrl,
        NODE_EXTRA_CA_CERTS: options.tls.caFile,
      };
    },
    ...(options.nodePath ? { nodePath: options.nodePath } : {}),
    ...(options.accountConcurrency === undefined ? {} : { accountConcurrency: options.accountConcurrency }),
    ...(options.onOutput ? { onOutput: options.onOutput } : {}),
  });
  const invoked = watched(lambda, activity);
  running.stops.push(() => lambda.stop());

  const calls = new Recorder<AwsCall>();
  const events = new Recorder<RecordedEvent>();
  const faults = new Faults(timers, (environmentId) => lambda.kill(environmentId), seed);
  const deliveries = new Deliveries({
    lambda: invoked,
    iam,
    clock: timers,
    log,
    invokeConfigs: model.invokeConfigs,
    send: (queueArn, body) => sqs.send(queueArn, body),
  });
  const bus = new EventBridge({
    ...model,
    deliveries,
    recorded: events,
    activity,
    log,
    now: () => clock.now(),
  });
  const schedules = new Schedules(model.rules, timers, deliveries, model);
  const mappings = model.mappings.map((spec) => {
    const fn = model.functions.find(({ arn }) => arn === spec.functionArn) as FunctionSpec;
    checkStreamAccess(iam, fn, spec.streamArn);
    const send = async (queueArn: string, body: unknown): Promise<void> => {
      const access = { action: 'sqs:SendMessage', resource: queueArn };
      const denial = iam.denial(fn.roleArn, fn.functionName, access);
      if (denial) log({ source: 'streams', message: denial });
      else await sqs.send(queueArn, JSON.stringify(body));
    };
    return new Mapping(spec, {
      lambda: invoked,
      clock: timers,
      activity,
      log,
      shards: order === 'serial' ? 1 : 4,
      send,
    });
  });
  const streams = new StreamLog(store, mappings, model.region, () => clock.now());
  const dynamodb = new DynamoDb(store, streams, () => clock.now());
  running.stops.push(() => {
    timers.stop();
    faults.clear();
    for (const mapping of mappings) mapping.stop();
  });

  const frontDoor = new FrontDoor({
    region: model.region,
    account: model.account,
    iam,
    faults,
    calls,
    clock: timers,
    log,
    callers,
    services: { dynamodb, events: bus, sqs, kms },
  });
  endpoint.serve((request, response) => frontDoor.handle(request, response));

  const guarded = permitted(invoked, iam, model, log);
  const urls: Record<string, string> = {};
  const gateways = new Map<string, WebSocketGateway>();
  for (const [{ logicalId }, { url, port }] of addresses) {
    const webSocket = model.webSocketApis.find((spec) => spec.logicalId === logicalId);
    const http = model.httpApis.find((spec) => spec.logicalId === logicalId);
    if (webSocket) {
      const gateway = new WebSocketGateway(webSocket, {
        lambda: guarded,
        clock,
        order,
        seed,
        log,
        ...(options.limits ? { limits: options.limits } : {}),
        ...(options.onAccess ? { onAccess: options.onAccess } : {}),
      });
      const api = {
        connections: gateway.connections,
        apiId: webSocket.apiId,
        stageName: webSocket.stageName,
      };
      port.serve((request, response) => frontDoor.handleConnections(request, response, api));
      port.server.on('upgrade', (request, socket, head) => gateway.handleUpgrade(request, socket, head));
      gateways.set(logicalId, gateway);
      running.stops.push(() => gateway.stop());
      urls[logicalId] = `${url}/${webSocket.stageName}`;
    } else if (http) {
      const api = createHttpApi(http, { lambda: guarded, clock, log });
      port.serve((request, response) => void api.handle(request, response));
      running.stops.push(() => api.stop());
      urls[logicalId] = http.stageName === '$default' ? url : `${url}/${http.stageName}`;
    }
  }
  await streams.resume();
  if (options.schedules !== 'on-demand') schedules.start();

  const [webSocketApi] = model.webSocketApis;
  const [httpApi] = model.httpApis;
  return {
    region: model.region,
    webSocketUrl: (webSocketApi && urls[webSocketApi.logicalId]) ?? '',
    apiUrl: (httpApi && urls[httpApi.logicalId]) ?? '',
    urls,
    endpointUrl,
    credentials: person,
    outputs: model.outputs,
    resources: model.resources,
    calls,
    events,
    faults,
    lambda,
    gateways,
    gateway: webSocketApi && gateways.get(webSocketApi.logicalId),
    runSchedules: () => schedules.runAll(),
    expireItems: (now = clock.now()) => dynamodb.expireItems(now),
    drained: async () => {
      for (const gateway of gateways.values()) await gateway.idle();
      await activity.idle();
    },
    unusedGrants: () => iam.unusedGrants(),
    stop: () => stopAll(running),
  };
}

/** Binds a port for every API. @returns the host name of each on AWS, with what stands for it here. */
async function bindApis(
  { host = 'localhost', listen = '127.0.0.1', apiPort = 0, webSocketPort = 0, tls }: LocalCloudOptions,
  resolver: Resolver,
  addresses: Map<Resource, { readonly url: string; readonly port: Port }>,
  running: Running,
): Promise<Map<string, { secure: boolean; host: string }>> {
  const hosts = new Map<string, { secure: boolean; host: string }>();
  const wanted = { WEBSOCKET: webSocketPort, HTTP: apiPort };
  for (const resource of resolver.resources) {
    if (resource.type !== 'AWS::ApiGatewayV2::Api') continue;
    const protocol = resource.raw['ProtocolType'] as keyof typeof wanted;
    const secure = protocol === 'WEBSOCKET';
    const port = await bind(listen, wanted[protocol], secure ? tls : undefined);
    running.stops.push(() => port.stop());
    // Further APIs of the same kind get any free port.
    wanted[protocol] = 0;
    const local = `${host}:${port.number}`;
    addresses.set(resource, { port, url: `${secure ? 'wss' : 'http'}://${local}` });
    hosts.set(`${resolver.ref(resource)}.execute-api.${resource.stack.region}.amazonaws.com`, {
      secure,
      host: local,
    });
  }
  return hosts;
}

function checkSchedulers({ rules }: CloudModel, iam: Iam): void {
  for (const { kind, logicalId, targets } of rules) {
    for (const { roleArn } of targets) {
      if (kind === 'scheduler' && roleArn) iam.checkTrust(roleArn, 'scheduler.amazonaws.com', logicalId);
    }
  }
}

/** Lambda refuses to create a mapping that its function could not read. */
function checkStreamAccess(iam: Iam, fn: FunctionSpec, streamArn: string): void {
  for (const action of ['DescribeStream', 'GetRecords', 'GetShardIterator', 'ListStreams']) {
    const access = { action: `dynamodb:${action}`, resource: streamArn };
    const denial = iam.denial(fn.roleArn, fn.functionName, access);
    if (denial) throw new StartError(`${fn.logicalId} cannot be fed from a stream. ${denial}.`);
  }
}

function callerOf(spec: FunctionSpec, environmentId: string, { accessKeyId }: Credentials): KnownCaller {
  const { functionName, logicalId, roleArn } = spec;
  return { accessKeyId, functionName, environmentId, roleArn, names: [functionName, logicalId] };
}

const newCredentials = (prefix: string): Credentials => ({
  accessKeyId: prefix + randomBytes(8).toString('hex').toUpperCase(),
  secretAccessKey: randomBytes(30).toString('base64'),
});
