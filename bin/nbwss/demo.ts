/** Brings a local deployment to life as an operator would: a key, a group, its endpoint's details. */
import { readFile } from 'node:fs/promises';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { EndpointDetails } from '../../lambdas/endpoints/endpoint.ts';
import { createKey, KeysStore, type Scope } from '../../lambdas/http/keys-store.ts';
import { systemClock } from '../../lambdas/platform/clock.ts';
import type { LocalCloud } from '../../local/cloud.ts';
import { jsonText, writeSecret } from './secret-file.ts';

/** What `.local/connection.json` holds, for programs. */
export interface Connection {
  readonly apiUrl: string;
  /** For clients: calls NetBackup and reads, and may have the group's NetBackup API key used. */
  readonly apiKey: string;
  /** For `nbwss groups` and its like. */
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

/** Keys are written to their table by somebody who may: here, the person who started the deployment. */
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

/** The key that is handed to clients: it calls NetBackup in every group, and changes nothing of ours. */
export const createClientKey = (cloud: LocalCloud): Promise<string> => createKeyFor(cloud, 'inject');

const send = (method: string, url: string, apiKey: string, body: unknown): Promise<Response> => {
  const headers = { 'content-type': 'application/json', 'x-api-key': apiKey };
  return fetch(url, { method, headers, body: JSON.stringify(body) });
};

const post = (url: string, apiKey: string, body: unknown) => send('POST', url, apiKey, body);

const refused = async (what: string, response: Response): Promise<Error> =>
  new Error(`${what} was refused with ${response.status}: ${await response.text()}`);

/** Creates the group, or finds it there from an earlier start. */
export const createGroup = async ({ apiUrl }: LocalCloud, apiKey: string, groupId: string): Promise<void> => {
  const response = await post(`${apiUrl}/v1/groups`, apiKey, { groupId, description: 'Made by npm start' });
  if (response.status !== 201 && response.status !== 409)
    throw await refused(`The group ${groupId}`, response);
};

/** Creates the group's endpoint. Undefined when it has one: its token cannot be had again, only a hash is stored. */
const tryEndpoint = async (
  { apiUrl }: LocalCloud,
  apiKey: string,
  groupId: string,
): Promise<EndpointDetails | undefined> => {
  const response = await post(`${apiUrl}/v1/groups/${groupId}/endpoints`, apiKey, { priority: 1 });
  if (response.status === 409) return undefined;
  if (response.status !== 201) throw await refused('The endpoint', response);
  return (await response.json()) as EndpointDetails;
};

/** Creates the endpoint of a new group. @throws when it has one. */
export const createEndpoint = async (
  cloud: LocalCloud,
  apiKey: string,
  groupId: string,
): Promise<EndpointDetails> => {
  const details = await tryEndpoint(cloud, apiKey, groupId);
  if (!details) throw new Error(`The group ${groupId} has an endpoint already.`);
  return details;
};

/** Writes the endpoint's details to a file; with data from an earlier start, the file of then is still good. */
export const createEndpointFile = async (
  cloud: LocalCloud,
  apiKey: string,
  groupId: string,
  file: string,
): Promise<EndpointDetails> => {
  const details = await tryEndpoint(cloud, apiKey, groupId);
  if (!details) return withAddress(file, cloud.webSocketUrl);
  await writeSecret(file, jsonText(details));
  return details;
};

/** The kept details, with the port of this start. */
const withAddress = async (file: string, webSocketUrl: string): Promise<EndpointDetails> => {
  const text = await readFile(file, 'utf8').catch(() => {
    throw new Error(
      `The stored group has an endpoint, but its details (${file}) are gone: start with another --data.`,
    );
  });
  const details = { ...(JSON.parse(text) as EndpointDetails), url: webSocketUrl };
  await writeSecret(file, jsonText(details));
  return details;
};

/** Stores the NetBackup API key that goes to NetBackup in place of ours. */
export const storeCredential = async (
  { apiUrl }: LocalCloud,
  adminKey: string,
  groupId: string,
  netbackupKey: string,
): Promise<void> => {
  const url = `${apiUrl}/v1/groups/${groupId}/netbackup-credential`;
  const response = await send('PUT', url, adminKey, { apiKey: netbackupKey });
  if (response.status !== 204) throw await refused("NetBackup's API key", response);
};
