/** Helpers of the tests of connections. */
import { DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import type { Deployment, HttpAnswer } from '../../support/deployment.ts';
import { connectRequest, type Frame, message, type RawClient } from '../../support/raw-client.ts';

export const MINUTE = 60_000;

export const isOpen = ({ socket }: RawClient): boolean => socket.readyState === socket.OPEN;

export const payloadOf = (frame: Frame): Record<string, unknown> =>
  (frame['payload'] ?? {}) as Record<string, unknown>;

export const isCommand = (frame: Frame): boolean =>
  frame['type'] === 'COMMAND' && frame['subType'] === 'REQUEST';

/** Responds to each COMMAND as NetBackup responds to a ping. @returns the method and uri of each */
export const answering = (client: RawClient): string[] => {
  const calls: string[] = [];
  client.socket.on('message', (data) => {
    let frame: Frame;
    try {
      frame = JSON.parse(data.toString()) as Frame;
    } catch {
      return;
    }
    if (!isCommand(frame)) return;
    const { method, uri } = payloadOf(frame);
    calls.push(`${method} ${uri}`);
    const headers = { 'x-netbackup-api-version': '12.0' };
    const payload = { headers, responseCode: 200, body: '1700000000000' };
    if (isOpen(client)) client.send(message('COMMAND', 'RESPONSE', payload, { id: frame['id'] }));
  });
  return calls;
};

/** Sends CONNECT. @returns `valid` of the response */
export const connectWith = async (client: RawClient, token: unknown): Promise<unknown> => {
  const request = connectRequest(token as string);
  client.send(request);
  const answer = await client.next((frame) => frame['id'] === request['id']);
  return payloadOf(answer)['valid'];
};

export const sessionOf = async (deployment: Deployment, groupId: string) =>
  (await deployment.http('GET', `/v1/groups/${groupId}`)).json.session;

/** The events of a group on the bus, in order. */
export const eventsOf = (deployment: Deployment, groupId: string, detailType?: string) =>
  deployment.cloud.events.all
    .map(({ event }) => ({
      type: event['detail-type'] as string,
      detail: event.detail as Record<string, unknown>,
    }))
    .filter(
      ({ type, detail }) =>
        detail['groupId'] === groupId && (detailType === undefined || type === detailType),
    );

/** The endpoint's id, from its token. */
export const endpointIdOf = ({ token }: { token: string }): string => token.slice(6, 22);

export const endpointPath = (details: { groupId: string; token: string }): string =>
  `/v1/groups/${details.groupId}/endpoints/${endpointIdOf(details)}`;

/** Connects with a token, and closes the connection. @returns `valid` of the response */
export const tryToConnect = async (deployment: Deployment, token: unknown): Promise<unknown> => {
  const client = await deployment.open();
  const valid = await connectWith(client, token);
  await deployment.cloud.drained();
  client.socket.terminate();
  await deployment.cloud.drained();
  return valid;
};

/** Sends a ping to NetBackup through the API. */
export const ping = (deployment: Deployment, groupId: string, wait = 5): Promise<HttpAnswer> =>
  deployment.http('POST', `/v1/groups/${groupId}/commands`, {
    body: { method: 'GET', uri: '/netbackup/ping', deliverWithin: 5, executeWithin: 5 },
    headers: { prefer: `wait=${wait}` },
  });

/** Every item of every table, as text. */
export const storedText = async ({ cloud }: Deployment): Promise<string> => {
  const client = new DynamoDBClient({
    region: cloud.region,
    endpoint: cloud.endpointUrl,
    credentials: cloud.credentials,
  });
  try {
    const tables = Object.values(cloud.resources).filter(({ type }) => type === 'AWS::DynamoDB::Table');
    const found = [];
    for (const { physicalId: TableName } of tables) {
      const { Items = [] } = await client.send(new ScanCommand({ TableName }));
      found.push(JSON.stringify(Items));
    }
    return found.join('\n');
  } finally {
    client.destroy();
  }
};
