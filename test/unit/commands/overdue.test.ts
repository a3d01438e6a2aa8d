import {
  type Command,
  DUE_SHARDS,
  dueShardOf,
  GRACE_MS,
  MAX_ATTEMPTS,
  mayRepeat,
  overdue,
  stepWhenLost,
} from '../../../lambdas/commands/command.ts';
import { messageId } from '../../../lambdas/platform/ids.ts';
import { sentCommand as command } from '../../support/commands.ts';

describe('overdue', () => {
  it.each<[string, Partial<Command>, number, string | undefined]>([
    ['queued, before its deadline', { state: 'queued' }, 9_999, undefined],
    ['queued, at its deadline', { state: 'queued' }, 10_000, 'expired'],
    ['sent, before its deadline', {}, 59_999, undefined],
    ['sent, at its deadline', {}, 60_000, 'timed_out'],
    ['sent, after the deadline of delivery', { deliverBy: 0 }, 59_999, undefined],
    [
      'within the grace after its connection closed',
      { connectionLostAt: 1_000, method: 'POST' },
      1_000 + GRACE_MS - 1,
      undefined,
    ],
    ['after that grace', { connectionLostAt: 1_000, method: 'POST' }, 1_000 + GRACE_MS, 'lost'],
    ['after that grace, if it may run twice', { connectionLostAt: 0, deliverBy: 20_000 }, GRACE_MS, 'queued'],
    ['at its deadline within that grace', { connectionLostAt: 55_000 }, 60_000, 'timed_out'],
    ['sent, without a deadline', { executeBy: undefined as never }, 0, 'timed_out'],
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

describe('stepWhenLost', () => {
  it.each<[string, Partial<Command>, number, string]>([
    ['a GET is sent again', {}, 9_999, 'queued'],
    ['a HEAD is sent again', { method: 'HEAD' }, 9_999, 'queued'],
    ['a POST is lost', { method: 'POST' }, 0, 'lost'],
    ['a DELETE is lost', { method: 'DELETE' }, 0, 'lost'],
    ['a POST that may run twice is sent again', { method: 'POST', retry: 'always' }, 0, 'queued'],
    ['a GET after its deadline is lost', {}, 10_000, 'lost'],
    ['a GET after the last attempt is lost', { attempts: MAX_ATTEMPTS }, 0, 'lost'],
    ['a GET before the last attempt is sent again', { attempts: MAX_ATTEMPTS - 1 }, 0, 'queued'],
  ])('I-4 %s', (_, change, now, to) => {
    expect(stepWhenLost(command(change), now, 'reason').to).toBe(to);
  });

  it('methods are case-sensitive', () => {
    expect(mayRepeat({ method: 'get', retry: 'safe' })).toBe(false);
  });
});

it('every id has a shard that the sweep reads', () => {
  const shards = new Set(Array.from({ length: 300 }, () => dueShardOf(messageId())));
  expect([...shards].sort()).toEqual([...DUE_SHARDS].sort());
  expect(DUE_SHARDS).toContain(dueShardOf(''));
});
