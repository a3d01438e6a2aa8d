/** Invokes the deployed function `notify` with parts of a large NOTIFICATION, as a gateway does for a connection. */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { systemClock } from '../../gateway/clock.ts';
import { createBatchDelivery } from '../../gateway/parts/delivery.ts';
import type { BatchDelivery, BatchDeliveryOptions } from '../../gateway/parts/types.ts';
import { GroupsStore } from '../../lambdas/groups/groups-store.ts';
import type { LocalCloud } from '../../local/cloud.ts';

const physicalId = (cloud: LocalCloud, logical: RegExp, type: string): string => {
  const found = Object.entries(cloud.resources).find(([id, one]) => logical.test(id) && one.type === type);
  if (!found) throw new Error(`There is no ${type} ${logical}.`);
  return found[1].physicalId;
};

/** The connection that is the session of a group. */
const connectionOf = async (cloud: LocalCloud, groupId: string): Promise<string> => {
  const client = new DynamoDBClient({
    region: cloud.region,
    endpoint: cloud.endpointUrl,
    credentials: cloud.credentials,
  });
  const groups = new GroupsStore(client, physicalId(cloud, /^Groups/, 'AWS::DynamoDB::Table'));
  const group = await groups.get(groupId);
  client.destroy();
  if (!group?.session) throw new Error(`${groupId} has no session.`);
  return group.session.connectionId;
};

/** Invokes `notify` with one message of a connection. */
export const notifier = (cloud: LocalCloud, connectionId: string) => {
  const functionName = physicalId(cloud, /^Notify/, 'AWS::Lambda::Function');
  return async (part: Buffer): Promise<string | undefined> => {
    const now = Date.now();
    const result = await cloud.lambda.invoke(functionName, {
      requestContext: {
        routeKey: 'NOTIFICATION',
        eventType: 'MESSAGE',
        connectionId,
        requestId: 'part',
        connectedAt: now,
        requestTimeEpoch: now,
        identity: { sourceIp: '127.0.0.1' },
      },
      body: part.toString(),
    });
    return result.ok ? (result.payload as { body?: string }).body : undefined;
  };
};

/** The large NOTIFICATIONs of a group's session. */
export const batchDelivery = async (
  cloud: LocalCloud,
  groupId: string,
  options: Partial<BatchDeliveryOptions> = {},
): Promise<BatchDelivery> => {
  const invoke = notifier(cloud, await connectionOf(cloud, groupId));
  return createBatchDelivery({ invoke, clock: systemClock, ...options });
};
