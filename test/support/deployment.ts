/** The shipped deployment on the local cloud, and what a test does with it from outside. */
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { type Gateway, relayOptions } from '../../bin/nbwss/assembly.ts';
import { createAdminKey } from '../../bin/nbwss/local-setup.ts';
import type { EndpointDetails } from '../../lambdas/endpoints/endpoint.ts';
import { type LocalCloud, type LocalCloudOptions, startLocalCloud } from '../../local/cloud.ts';
import { NetBackupPrimary } from '../../netbackup/index.ts';
import type { PrimaryOptions } from '../../netbackup/simulator/primary-options.ts';
import { assemblyWith } from './assemblies.ts';
import { ShiftableClock } from './clocks.ts';
import { checkDeclared } from './declared-errors.ts';
import { noteGrants } from './grants.ts';
import { connectRequest, RawClient } from './raw-client.ts';
import { testCertificate } from './tls.ts';

/** The assembly that the global set-up synthesized. */
export const ASSEMBLY = resolve(import.meta.dirname, '../../.local/test/cdk.out');
/** Half of what a short test costs are cold starts. */
export const CODE_CACHE = resolve(import.meta.dirname, '../../.local/test/code-cache');

/** Of the functions' output, in the error of a CONNECT that got no response. */
const SHOWN_LINES = 20;

export interface HttpAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The parsed body; any shape, for assertions. */
  // biome-ignore lint/suspicious/noExplicitAny: tests look into bodies that they then assert on
  readonly json: any;
}

export interface Deployment {
  readonly cloud: LocalCloud;
  readonly clock: ShiftableClock;
  readonly ca: string;
  /** Where NetBackup connects: the relay's, if there is a relay. */
  readonly url: string;
  readonly adminKey: string;
  /** Every line that a function wrote. */
  readonly output: string[];
  /** Calls the HTTP API with the admin key (or another, or none: `key: ''`). */
  http(
    method: string,
    path: string,
    options?: { body?: unknown; key?: string; headers?: Record<string, string> },
  ): Promise<HttpAnswer>;
  /** Creates a group with its endpoint. */
  createGroup(groupId: string): Promise<EndpointDetails>;
  /** A bare client, not yet connected as anybody. */
  open(localAddress?: string): Promise<RawClient>;
  /** A bare client that is its group's session. */
  connect(details: EndpointDetails, localAddress?: string): Promise<RawClient>;
  /** A simulated primary with these endpoints, started; quick unless said otherwise. */
  primary(details: readonly EndpointDetails[], options?: PrimaryOptions): NetBackupPrimary;
  /** Runs the sweep once. */
  sweep(): Promise<void>;
  stop(): Promise<void>;
}

export interface DeploymentOptions extends Partial<LocalCloudOptions> {
  /** What NetBackup connects to; API Gateway by default. With `both`, the clients of the test connect to the relay. */
  readonly gateway?: Gateway;
}

/** Starts the deployment. `order` is `shuffled` unless said otherwise: nothing may depend on the order of messages. */
export const startDeployment = async ({
  gateway = 'api-gateway',
  ...options
}: DeploymentOptions = {}): Promise<Deployment> => {
  const tls = options.tls ?? (await testCertificate());
  const ca = await readFile(tls.caFile, 'utf8');
  const clock = options.clock instanceof ShiftableClock ? options.clock : new ShiftableClock();
  const output: string[] = [];
  const relay = relayOptions(gateway, tls);
  const cloud = await startLocalCloud({
    ...relay,
    assembly: options.assembly ?? (gateway === 'api-gateway' ? ASSEMBLY : await assemblyWith(gateway)),
    codeCache: CODE_CACHE,
    clock,
    schedules: 'on-demand',
    onOutput: (functionName, _, line) => output.push(`${functionName} ${line}`),
    ...options,
    secrets: { ...relay.secrets, ...options.secrets },
    tls,
  });
  const url = gateway === 'api-gateway' ? cloud.webSocketUrl : cloud.balancerUrl;
  const adminKey = await createAdminKey(cloud);
  const clients: RawClient[] = [];
  const primaries: NetBackupPrimary[] = [];

  const deployment: Deployment = {
    cloud,
    clock,
    ca,
    url,
    adminKey,
    output,
    async http(method, path, { body, key = adminKey, headers = {} } = {}) {
      const response = await fetch(`${cloud.apiUrl}${path}`, {
        method,
        headers: {
          ...(key === '' ? {} : { 'x-api-key': key }),
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      });
      const text = await response.text();
      const isJson = /[/+]json/.test(response.headers.get('content-type') ?? '') && text !== '';
      const json = isJson ? JSON.parse(text) : undefined;
      checkDeclared(method, path, response.status, json);
      return { status: response.status, headers: response.headers, text, json };
    },
    async createGroup(groupId) {
      await deployment.http('POST', '/v1/groups', { body: { groupId } });
      const created = await deployment.http('POST', `/v1/groups/${groupId}/endpoints`, {
        body: { priority: 1, ...(gateway === 'both' ? { gateway: 'relay' } : {}) },
      });
      if (created.status !== 201) throw new Error(`No endpoint: ${created.text}`);
      return created.json as EndpointDetails;
    },
    async open(localAddress) {
      const client = await RawClient.open(url, ca, localAddress);
      clients.push(client);
      return client;
    },
    async connect(details, localAddress) {
      const client = await deployment.open(localAddress);
      const request = connectRequest(details.token);
      client.send(request);
      const answer = await client
        .next((frame) => frame['id'] === request['id'])
        .catch((error: Error) => {
          throw new Error(`${error.message}\n${output.slice(-SHOWN_LINES).join('\n')}`);
        });
      if ((answer['payload'] as { valid?: unknown }).valid !== true) throw new Error('CONNECT was refused.');
      await cloud.drained();
      return client;
    },
    primary(details, primaryOptions = {}) {
      const primary = new NetBackupPrimary({
        endpoints: details,
        trusted: [ca],
        ...primaryOptions,
        properties: {
          notificationDelayMs: 0,
          notificationRateMs: 100,
          connectionPeriodMs: 500,
          ...primaryOptions.properties,
        },
      });
      primaries.push(primary);
      primary.start();
      return primary;
    },
    async sweep() {
      await cloud.runSchedules();
      await cloud.drained();
    },
    async stop() {
      for (const primary of primaries) await primary.stop();
      for (const client of clients) client.socket.terminate();
      // A test that edits the assembly says nothing about ours.
      if (options.assembly === undefined) noteGrants(cloud);
      await cloud.stop();
    },
  };
  return deployment;
};
