/** Commands of one group in memory: its session, its queue, and what the gateway was sent. */
import type { Command, CommandResponse } from '../../lambdas/commands/command.ts';
import { CommandsStore } from '../../lambdas/commands/commands-store.ts';
import type { LostContext } from '../../lambdas/commands/connection-lost.ts';
import type { CommandRequest, SubmitContext } from '../../lambdas/commands/prepare-command.ts';
import { ResponseSizesStore } from '../../lambdas/commands/sizes/response-sizes-store.ts';
import { fromStored, type StoredCommand } from '../../lambdas/commands/stored-command.ts';
import { submit } from '../../lambdas/commands/submit.ts';
import type { WaitingContext } from '../../lambdas/commands/waiting/waiting.ts';
import { WaitingSlots } from '../../lambdas/commands/waiting/waiting-slots-store.ts';
import { ConnectionsStore } from '../../lambdas/connections/connections-store.ts';
import type { Group, Session } from '../../lambdas/groups/group.ts';
import { GroupsStore } from '../../lambdas/groups/groups-store.ts';
import { GATEWAY_MESSAGE_BYTES } from '../../lambdas/protocol/limits.ts';
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

/** A GET under way, with deadlines after 10 s and 60 s. */
export const sentCommand = (change: Partial<Command>): Command => ({
  commandId: 'A',
  groupId: 'demo',
  state: 'sent',
  createdAt: '2023-11-14T22:13:20.000Z',
  method: 'GET',
  uri: '/netbackup/ping',
  requestedBy: 'key',
  retry: 'safe',
  deliverBy: 10_000,
  executeWithin: 60_000,
  executeBy: 60_000,
  attempts: 1,
  revision: 2,
  expiresAt: 1e9,
  sealedRequest: { key: '', iv: '', tag: '', data: '' },
  ...change,
});

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
  const context: SubmitContext &
    LostContext &
    WaitingContext & { groups: GroupsStore; sizes: ResponseSizesStore } = {
    commands: new CommandsStore(dynamodb.client, 'commands'),
    groups: new GroupsStore(dynamodb.client, 'groups'),
    connections: new ConnectionsStore(dynamodb.client, 'connections'),
    gateway,
    vault: fakeVault,
    clock,
    log,
    retentionHours: 24,
    maxCommandBytes: GATEWAY_MESSAGE_BYTES,
    sizes: new ResponseSizesStore(dynamodb.client, 'answer-sizes', clock),
    maxQueued,
    waitingSlots: new WaitingSlots(dynamodb.client, 'waiting', { slots: 3, share: 2 }, clock),
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
  /** As stored, by its id or the first one. */
  const stored = (commandId?: string): Command => {
    const all = dynamodb.items<StoredCommand>('commands').map(fromStored);
    return (commandId ? all.find((one) => one.commandId === commandId) : all[0]) as Command;
  };
  return {
    context,
    dynamodb,
    gateway,
    clock,
    log,
    connect,
    published: bus.published,
    /** With the group as it is stored, and as the caller has just read it. */
    submit: async (request: CommandRequest, change: Partial<Group> = {}) => {
      const read = await context.groups.get('demo');
      return submit(context, { ...group(), ...read, ...change }, request);
    },
    /** Records a response of NetBackup. */
    respond: (commandId: string, response: CommandResponse = { status: 200, headers: {} }) =>
      context.commands.recordResponse(stored(commandId), {
        groupId: 'demo',
        now: clock(),
        outcome: 'completed',
        response,
      }),
    command: stored,
  };
};
