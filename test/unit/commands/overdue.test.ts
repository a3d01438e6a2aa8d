import {
  type Command,
  DUE_SHARDS,
  dueShardOf,
  GRACE_MS,
  MAX_ATTEMPTS,
  mayRepeat,
  overdue,
  whenLost,
} from '../../../lambdas/commands/command.ts';
import { messageId } from '../../../lambdas/platform/ids.ts';

const command = (change: Partial<Command>): Command => ({
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

describe('overdue', () => {
  it.each<[string, Partial<Command>, number, string | undefined]>([
    ['queued, before its time', { state: 'queued' }, 9_999, undefined],
    ['queued, at its time', { state: 'queued' }, 10_000, 'expired'],
    ['sent, before its time', {}, 59_999, undefined],
    ['sent, at its time', {}, 60_000, 'timed_out'],
    ['sent, long after its time to be delivered', { deliverBy: 0 }, 59_999, undefined],
    [
      'within the grace after its connection went away',
      { connectionLostAt: 1_000, method: 'POST' },
      1_000 + GRACE_MS - 1,
      undefined,
    ],
    ['after that grace', { connectionLostAt: 1_000, method: 'POST' }, 1_000 + GRACE_MS, 'lost'],
    ['after that grace, if it may run again', { connectionLostAt: 0, deliverBy: 20_000 }, GRACE_MS, 'queued'],
    ['when its time is up within that grace', { connectionLostAt: 55_000 }, 60_000, 'timed_out'],
    ['sent, with no time at all', { executeBy: undefined as never }, 0, 'timed_out'],
  ])('%s', (_, change, now, to) => {
    expect(overdue(command(change), now)?.to).toBe(to);
  });

  it.each(['completed', 'failed', 'expired', 'cancelled', 'timed_out', 'lost'] as const)(
    '%s: never',
    (state) => {
      expect(overdue(command({ state, connectionLostAt: 0 }), Number.MAX_SAFE_INTEGER)).toBeUndefined();
    },
  );
});

describe('whenLost', () => {
  it.each<[string, Partial<Command>, number, string]>([
    ['a GET is sent again', {}, 9_999, 'queued'],
    ['a HEAD is sent again', { method: 'HEAD' }, 9_999, 'queued'],
    ['a POST is not', { method: 'POST' }, 0, 'lost'],
    ['a DELETE is not', { method: 'DELETE' }, 0, 'lost'],
    ['a POST that may run twice is', { method: 'POST', retry: 'always' }, 0, 'queued'],
    ['not beyond its time', {}, 10_000, 'lost'],
    ['not for ever', { attempts: MAX_ATTEMPTS }, 0, 'lost'],
    ['but once less', { attempts: MAX_ATTEMPTS - 1 }, 0, 'queued'],
  ])('I-4 %s', (_, change, now, to) => {
    expect(whenLost(command(change), now, 'gone').to).toBe(to);
  });

  it('takes a method for what it is, not for what it looks like', () => {
    expect(mayRepeat({ method: 'get', retry: 'safe' })).toBe(false);
  });
});

it('every id has a shard that the sweep reads', () => {
  const shards = new Set(Array.from({ length: 300 }, () => dueShardOf(messageId())));
  expect([...shards].sort()).toEqual([...DUE_SHARDS].sort());
  expect(DUE_SHARDS).toContain(dueShardOf(''));
});
