/** Creates keys, a group and its endpoint in a local deployment, as an operator would. */
import { readFile } from 'node:fs/promises';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { EndpointDetails } from '../../lambdas/endpoints/endpoint.ts';
import { createKey, KeysStore } from '../../lambdas/http/keys-store.ts';
import type { Scope } from '../../lambdas/http/rights.ts';
import { systemClock } from '../../lambdas/platform/clock.ts';
import type { LocalCloud } from '../../local/cloud.ts';
import { fetchPatiently } from './patient-fetch.ts';
import { jsonText, writeSecret } from './secret-file.ts';

/** The content of `.local/connection.json`. */
export interface Connection {
  readonly apiUrl: string;
  /** For clients: scope `inject`. */
  readonly apiKey: string;
  /** For `nbwss groups`, `endpoints` and `credential`: scope `admin`. */
  readonly adminKey: string;
  readonly webSocketUrl: string;
  /** The five fields of EPT-1. */
  readonly endpointFile: string;
  /** PEM of the local TLS certificate. */
  readonly caFile: string;
}

const outputOf = (cloud: LocalCloud, name: string): string => {
  const found = Object.values(cloud.outputs).find((outputs) => name in outputs)?.[name];
  if (!found) throw new Error(`The deployment has no output ${name}.`);
  return found;
};

const createKeyFor = async (cloud: LocalCloud, scope: Scope): Promise<string> => {
  const { key, stored } = createKey(
    { scopes: [scope], groups: ['*'], description: `npm start, ${scope}` },
    systemClock(),
  );
  const client = new DynamoDBClient({
    region: cloud.region,
    endpoint: cloud.endpointUrl,
    credentials: cloud.credentials,
  });
  try {
    await new KeysStore(client, outputOf(cloud, 'KeysTable'), systemClock).create(stored);
  } finally {
    client.destroy();
  }
  return key;
};

export const createAdminKey = (cloud: LocalCloud): Promise<string> => createKeyFor(cloud, 'admin');

/** The key for clients: it may call NetBackup in every group, but change no group or endpoint. */
export const createClientKey = (cloud: LocalCloud): Promise<string> => createKeyFor(cloud, 'inject');

const send = (method: string, url: string, apiKey: string, body: unknown): Promise<Response> => {
  const headers = { 'content-type': 'application/json', 'x-api-key': apiKey };
  return fetchPatiently(url, { method, headers, body: JSON.stringify(body) });
};

const post = (url: string, apiKey: string, body: unknown) => send('POST', url, apiKey, body);

const refusedError = async (what: string, response: Response): Promise<Error> =>
  new Error(`${what} was refused with ${response.status}: ${await response.text()}`);

/** Creates the group, unless an earlier start has. */
export const createGroup = async ({ apiUrl }: LocalCloud, apiKey: string, groupId: string): Promise<void> => {
  const response = await post(`${apiUrl}/v1/groups`, apiKey, { groupId, description: 'Made by npm start' });
  if (response.status !== 201 && response.status !== 409)
    throw await refusedError(`The group ${groupId}`, response);
};

/** Creates the group's endpoint. Undefined when it exists: only a hash of its token is stored. */
const tryEndpoint = async (
  { apiUrl }: LocalCloud,
  apiKey: string,
  groupId: string,
): Promise<EndpointDetails | undefined> => {
  const response = await post(`${apiUrl}/v1/groups/${groupId}/endpoints`, apiKey, { priority: 1 });
  if (response.status === 409) return undefined;
  if (response.status !== 201) throw await refusedError('The endpoint', response);
  return (await response.json()) as EndpointDetails;
};

/** Creates the endpoint of a new group. @throws Error when it exists */
export const createEndpoint = async (
  cloud: LocalCloud,
  apiKey: string,
  groupId: string,
): Promise<EndpointDetails> => {
  const details = await tryEndpoint(cloud, apiKey, groupId);
  if (!details) throw new Error(`The group ${groupId} already has an endpoint.`);
  return details;
};

/** Writes the endpoint's details to a file, or updates the file of an earlier start. */
export const createEndpointFile = async (
  cloud: LocalCloud,
  apiKey: string,
  groupId: string,
  file: string,
): Promise<EndpointDetails> => {
  const details = await tryEndpoint(cloud, apiKey, groupId);
  if (!details) return updateAddress(file, cloud.webSocketUrl);
  await writeSecret(file, jsonText(details));
  return details;
};

/** The port may differ at each start. */
const updateAddress = async (file: string, webSocketUrl: string): Promise<EndpointDetails> => {
  const text = await readFile(file, 'utf8').catch(() => {
    throw new Error(
      `The stored group has an endpoint, but its details (${file}) cannot be read. Start with another --data folder.`,
    );
  });
  const details = { ...(JSON.parse(text) as EndpointDetails), url: webSocketUrl };
  await writeSecret(file, jsonText(details));
  return details;
};

export const storeCredential = async (
  { apiUrl }: LocalCloud,
  adminKey: string,
  groupId: string,
  netbackupKey: string,
): Promise<void> => {
  const url = `${apiUrl}/v1/groups/${groupId}/netbackup-credential`;
  const response = await send('PUT', url, adminKey, { apiKey: netbackupKey });
  if (response.status !== 204) throw await refusedError("NetBackup's API key", response);
};
