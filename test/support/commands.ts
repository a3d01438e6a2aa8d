/** A deployment's command side in memory: one group, connected or not, with its queue. */

import type { Command } from '../../lambdas/commands/command.ts';
import { CommandsStore } from '../../lambdas/commands/commands-store.ts';
import type { LostContext } from '../../lambdas/commands/connection-lost.ts';
import { AnswerSizesStore } from '../../lambdas/commands/sizes/answer-sizes-store.ts';
import { type CommandRequest, type SubmitContext, submit } from '../../lambdas/commands/submit.ts';
import { ConnectionsStore } from '../../lambdas/connections/connections-store.ts';
import type { Group, Session } from '../../lambdas/groups/group.ts';
import { GroupsStore } from '../../lambdas/groups/groups-store.ts';
import { FakeGateway, fakeBus, fakeClock, fakeLog, fakeVault } from './fakes.ts';
import { MemoryDynamodb } from './memory-dynamodb.ts';
import { sessionOf } from './sessions.ts';

export const GET: CommandRequest = {
  call: { method: 'GET', uri: '/netbackup/admin/jobs', headers: { Authorization: 'planted-secret' } },
  deliverWithin: 300_000,
  executeWithin: 60_000,
  retry: 'safe',
  requestedBy: 'key',
  expectation: { bytes: 1_000, learn: false },
};
export const POST: CommandRequest = {
  ...GET,
  call: { ...GET.call, method: 'POST', parameters: '{"password":"planted-secret"}' },
};

export const commandWorld = (maxQueued = 100) => {
  const dynamodb = new MemoryDynamodb({
    groups: { key: ['groupId'] },
    connections: { key: ['connectionId'] },
    waiting: { key: ['room'] },
    commands: {
      key: ['commandId'],
      indexes: {
        'by-group': ['groupId', 'createdAt'],
        'open-by-group': ['openGroupId', 'openOrder'],
        due: ['dueShard', 'dueAt'],
      },
    },
    'answer-sizes': { key: ['groupId', 'shape'] },
  });
  const log = fakeLog();
  const clock = fakeClock();
  const gateway = new FakeGateway();
  const bus = fakeBus();
  const context: SubmitContext & LostContext & { groups: GroupsStore; sizes: AnswerSizesStore } = {
    commands: new CommandsStore(dynamodb.client, 'commands'),
    groups: new GroupsStore(dynamodb.client, 'groups'),
    connections: new ConnectionsStore(dynamodb.client, 'connections'),
    gateway,
    vault: fakeVault,
    clock,
    log,
    retentionHours: 24,
    sizes: new AnswerSizesStore(dynamodb.client, 'answer-sizes', clock),
    maxQueued,
    bus,
  };
  const group = (change: Partial<Group> = {}): Group => ({
    groupId: 'demo',
    kind: 'group',
    createdAt: 0,
    epoch: 1,
    ...change,
  });
  const connect = (connectionId: string | undefined, ready = true, change: Partial<Session> = {}) => {
    const session =
      connectionId === undefined ? undefined : sessionOf(connectionId, { ready, since: clock(), ...change });
    dynamodb.set('groups', { ...group(), ...(session ? { session } : {}) });
  };
  connect('c1');
  return {
    context,
    dynamodb,
    gateway,
    clock,
    log,
    connect,
    published: bus.published,
    /** With the group as it is stored, and as the caller has just read it. */
    submit: async (wish: CommandRequest, change: Partial<Group> = {}) => {
      const read = await context.groups.get('demo');
      return submit(context, { ...group(), ...read, ...change }, wish);
    },
    command: (commandId?: string): Command => {
      const all = dynamodb.items<Command>('commands');
      return (commandId ? all.find((one) => one.commandId === commandId) : all[0]) as Command;
    },
  };
};
