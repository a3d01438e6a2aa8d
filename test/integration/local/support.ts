import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as dynamodb from '@aws-sdk/client-dynamodb';
import { type LocalCloud, type LocalCloudOptions, startLocalCloud } from '../../../local/cloud.ts';
import { testCertificate } from '../../support/tls.ts';
import { bundledFixture } from './fixture.ts';

export const fixture = bundledFixture();
const folders: string[] = [];
const clouds: LocalCloud[] = [];
const clients: dynamodb.DynamoDBClient[] = [];

/** A folder that is removed by {@link stopAll}. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'local-cloud-'));
  folders.push(folder);
  return folder;
}

/** Starts the fixture assembly, or another one, with schedules on demand only. */
export async function startCloud(options: Partial<LocalCloudOptions> = {}): Promise<LocalCloud> {
  const cloud = await startLocalCloud({
    assembly: fixture,
    tls: await testCertificate(),
    schedules: 'on-demand',
    order: 'serial',
    ...options,
  });
  clouds.push(cloud);
  return cloud;
}

/** Stops every cloud and client that a test file started. */
export async function stopAll(): Promise<void> {
  for (const client of clients.splice(0)) client.destroy();
  for (const cloud of clouds.splice(0)) await cloud.stop();
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true });
}

/** A person's DynamoDB client, without retries. */
export function dynamo({ endpointUrl, credentials, region }: LocalCloud): dynamodb.DynamoDBClient {
  const client = new dynamodb.DynamoDBClient({ endpoint: endpointUrl, region, credentials, maxAttempts: 1 });
  clients.push(client);
  return client;
}

/** Physical name of a resource of the fixture. */
export const nameOf = (cloud: LocalCloud, logicalId: string): string =>
  cloud.resources[logicalId]?.physicalId ?? '';

export interface AgentCall {
  readonly client: 'dynamodb' | 'events' | 'self';
  readonly command: string;
  readonly input: object;
}

export type AgentResult = Record<string, unknown> & { error?: string; message?: string };

/** Lets the fixture's Agent function make AWS calls; each result is the answer or `{ error, message }`. */
export async function agent(
  cloud: LocalCloud,
  calls: readonly AgentCall[],
  together = false,
): Promise<AgentResult[]> {
  const result = await cloud.lambda.invoke(nameOf(cloud, 'Agent'), { calls, together });
  if (!result.ok) throw new Error(`${result.errorType}: ${result.errorMessage}`);
  return result.payload as AgentResult[];
}

/** Calls a JSON service directly, as a person or with another access key; for services without a client here. */
export async function callJson(
  cloud: LocalCloud,
  target: string,
  input: object,
  accessKeyId = cloud.credentials.accessKeyId,
): Promise<{ status: number; body: Record<string, unknown> }> {
  const response = await fetch(cloud.endpointUrl, {
    method: 'POST',
    headers: {
      'x-amz-target': target,
      'content-type': 'application/x-amz-json-1.1',
      authorization: `AWS4-HMAC-SHA256 Credential=${accessKeyId}/20260101/us-east-1/x/aws4_request, Signature=0`,
    },
    body: JSON.stringify(input),
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

/** Everything that the fixture's functions kept of one kind, in the order of its keeping. */
export async function kept<T>(cloud: LocalCloud, kind: string): Promise<T[]> {
  const { Items = [] } = await dynamo(cloud).send(
    new dynamodb.ScanCommand({ TableName: nameOf(cloud, 'Seen') }),
  );
  return Items.filter(({ pk }) => pk?.S?.startsWith(`${kind}/`))
    .sort((a, b) => Number(a['at']?.N) - Number(b['at']?.N))
    .map(({ value }) => JSON.parse(value?.S ?? 'null') as T);
}

type Template = { Resources: Record<string, { Type: string; Properties: Record<string, never> }> };

/** A copy of the fixture with edited templates, at a folder that is removed by {@link stopAll}. */
export async function editedAssembly(edit: (data: Template, front: Template) => void): Promise<string> {
  const folder = await temporaryFolder();
  const read = async (file: string) => JSON.parse(await readFile(path.join(fixture, file), 'utf8'));
  const [data, front, assets] = await Promise.all(
    ['Data.template.json', 'Front.template.json', 'Front.assets.json'].map(read),
  );
  edit(data, front);
  // The code stays where it is.
  assets.files['0a1b'].source.path = path.join(fixture, assets.files['0a1b'].source.path);
  const files = {
    'Data.template.json': data,
    'Front.template.json': front,
    'Front.assets.json': assets,
    'manifest.json': await read('manifest.json'),
    'Data.assets.json': await read('Data.assets.json'),
  };
  for (const [file, content] of Object.entries(files)) {
    await writeFile(path.join(folder, file), JSON.stringify(content));
  }
  return folder;
}

/** Sets a value deep in a template: `set(front, 'Feed.Properties.BatchSize', 2)`; undefined removes it. */
export function set(template: Template, place: string, value: unknown): void {
  const keys = place.split('.');
  const last = keys.pop() ?? '';
  const holder = keys.reduce<Record<string, unknown>>(
    (part, key) => part[key] as Record<string, unknown>,
    template.Resources,
  );
  if (value === undefined) delete holder[last];
  else holder[last] = value;
}
