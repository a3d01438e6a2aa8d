import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { createKey, KeysStore } from '../../lambdas/http/keys-store.ts';
import type { Scope } from '../../lambdas/http/rights.ts';
import type { Deployment } from './deployment.ts';

/** A further API key of a deployment. */
export const newKey = async (
  { cloud, clock }: Deployment,
  scopes: Scope[],
  groups: string[],
): Promise<string> => {
  const { key, stored } = createKey({ scopes, groups }, clock.now());
  const { region, endpointUrl: endpoint, credentials } = cloud;
  const client = new DynamoDBClient({ region, endpoint, credentials });
  const table = Object.values(cloud.outputs).find((outputs) => 'KeysTable' in outputs)?.['KeysTable'] ?? '';
  await new KeysStore(client, table, () => clock.now()).create(stored);
  client.destroy();
  return key;
};
