import { openShardOf, shardsOf } from '../../../lambdas/connections/connection.ts';
import { isNewer } from '../../../lambdas/groups/group.ts';

describe('isNewer', () => {
  it.each([
    [{ connectedAt: 2, connectionId: 'a' }, { connectedAt: 1, connectionId: 'b' }, true],
    [{ connectedAt: 1, connectionId: 'b' }, { connectedAt: 2, connectionId: 'a' }, false],
    [{ connectedAt: 1, connectionId: 'b' }, { connectedAt: 1, connectionId: 'a' }, true],
    [{ connectedAt: 1, connectionId: 'a' }, { connectedAt: 1, connectionId: 'a' }, false],
  ])('I-5 %j against %j: %s', (left, right, expected) => {
    expect(isNewer(left, right)).toBe(expected);
  });
});

it.each(['session', 'pending'] as const)(
  'connections are distributed over all shards of the lane %s',
  (lane) => {
    const shards = new Set(Array.from({ length: 500 }, (_, index) => openShardOf(lane, `L0SM9c${index}=`)));
    expect([...shards].sort()).toEqual(shardsOf(lane).sort());
  },
);
