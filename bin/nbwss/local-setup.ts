/** Creates keys, a group and its endpoint in a local deployment, as an operator would. */
import { readFile } from 'node:fs/promises';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { EndpointDetails } from '../../lambdas/endpoints/endpoint.ts';
import { addressOf } from '../../lambdas/endpoints/web-socket-urls.ts';
import { createKey, KeysStore } from '../../lambdas/http/keys-store.ts';
import type { Scope } from '../../lambdas/http/rights.ts';
import { systemClock } from '../../lambdas/platform/clock.ts';
import type { LocalCloud } from '../../local/cloud.ts';
import { type ApiClient, answerOf, answerUnless, clientOf } from './api-client.ts';
import { jsonText, writeSecret } from './secret-file.ts';

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

const clientIn = ({ apiUrl }: LocalCloud, key: string): ApiClient => clientOf({ url: apiUrl, key });

/** Creates the group, unless an earlier start has. */
export const createGroup = async (cloud: LocalCloud, key: string, groupId: string): Promise<void> => {
  const body = { groupId, description: 'Made by npm start' };
  await answerUnless('group-exists', clientIn(cloud, key).POST('/v1/groups', { body }));
};

/** Creates the group's endpoint. Undefined when it exists: only a hash of its token is stored. */
const tryEndpoint = (cloud: LocalCloud, key: string, groupId: string): Promise<EndpointDetails | undefined> =>
  answerUnless(
    'endpoint-exists',
    clientIn(cloud, key).POST('/v1/groups/{groupId}/endpoints', {
      params: { path: { groupId } },
      body: { priority: 1 },
    }),
  );

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

/** The port, and with another `--host` the name, may differ at each start. */
const updateAddress = async (file: string, webSocketUrl: string): Promise<EndpointDetails> => {
  const text = await readFile(file, 'utf8').catch(() => {
    throw new Error(
      `The stored group has an endpoint, but its details (${file}) cannot be read. Start with another --data folder.`,
    );
  });
  const details = { ...(JSON.parse(text) as EndpointDetails), ...addressOf(webSocketUrl) };
  await writeSecret(file, jsonText(details));
  return details;
};

export const storeCredential = async (
  cloud: LocalCloud,
  adminKey: string,
  groupId: string,
  netbackupKey: string,
): Promise<void> => {
  await answerOf(
    clientIn(cloud, adminKey).PUT('/v1/groups/{groupId}/netbackup-credential', {
      params: { path: { groupId } },
      body: { apiKey: netbackupKey },
    }),
  );
};
