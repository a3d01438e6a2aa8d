import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { ConnectionsStore } from '../../../lambdas/connections/connections-store.ts';
import { GroupsStore } from '../../../lambdas/groups/groups-store.ts';
import { sessionWorld } from '../../support/sessions.ts';

/** Stores where each write is executed twice, as when the SDK repeats it after a lost response. */
const lossy = () => {
  const world = sessionWorld();
  const { client } = world.dynamodb;
  const send = async (command: object) => {
    await client.send(command as never).catch(() => undefined);
    return client.send(command as never);
  };
  const twice = { send } as unknown as DynamoDBClient;
  return {
    ...world,
    groups: new GroupsStore(twice, 'groups'),
    connections: new ConnectionsStore(twice, 'connections'),
  };
};

describe('a repeated write recognises its own result', () => {
  it('create', async () => {
    const { groups } = lossy();
    const group = { groupId: 'new', kind: 'group', createdAt: 5, epoch: 0 } as const;
    expect(await groups.create(group)).toEqual({ ok: true, item: group });
    expect(await groups.create({ ...group, description: 'another' })).toMatchObject({ ok: false });
  });

  it('markDeleting', async () => {
    const { groups } = lossy();
    expect(await groups.markDeleting('demo', 5)).toMatchObject({ kind: 'deleting' });
    expect(await groups.markDeleting('demo', 6)).toBeUndefined();
  });

  it('reserve', async () => {
    const { groups, dynamodb, group } = lossy();
    const session = { connectionId: 'c1', connectedAt: 1, endpointId: 'e', ready: true, since: 1 };
    dynamodb.set('groups', { ...group(), session });
    expect(await groups.reserve('demo', 'c1', 5, 9)).toBe(true);
    expect(await groups.reserve('demo', 'c1', 5, 9)).toBe(false);
    await groups.release('demo', 'c1');
    expect(group().session).toEqual(session);
  });

  it('startHeartbeat', async () => {
    const { connections, dynamodb, open, connection } = lossy();
    await open('c1');
    dynamodb.set('connections', { ...connection('c1'), state: 'AUTHENTICATED' });
    expect(await connections.startHeartbeat('c1', { commandId: 'A', sentAt: 5 })).toBe(true);
    expect(await connections.startHeartbeat('c1', { commandId: 'B', sentAt: 6 })).toBe(false);
  });
});
