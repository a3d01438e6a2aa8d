import fc from 'fast-check';
import { poolsFor } from '../../../../lambdas/commands/waiting/slot-pools.ts';

const sum = (numbers: readonly number[]) => numbers.reduce((total, one) => total + one, 0);

it('a few slots are one pool', () => {
  expect(poolsFor('demo', 6, 3)).toEqual([{ index: 0, slots: 6, share: 3 }]);
});

it('many slots are divided into pools of equal size, at most a hundred each', () => {
  expect(poolsFor('demo', 250, 250)).toEqual([
    { index: 0, slots: 84, share: 84 },
    { index: 1, slots: 83, share: 83 },
    { index: 2, slots: 83, share: 83 },
  ]);
});

it('shares add up to the group’s share, and no pool has a larger share than slots', () => {
  fc.assert(
    fc.property(
      fc.string({ minLength: 1, maxLength: 64 }),
      fc.integer({ min: 1, max: 1000 }),
      fc.integer({ min: 1, max: 1000 }),
      (groupId, slots, wanted) => {
        const share = Math.min(slots, wanted);
        const pools = poolsFor(groupId, slots, share);
        expect(sum(pools.map((pool) => pool.share))).toBe(share);
        expect(sum(pools.map((pool) => pool.slots))).toBeLessThanOrEqual(slots);
        for (const pool of pools) {
          expect(pool.share).toBeGreaterThan(0);
          expect(pool.share).toBeLessThanOrEqual(pool.slots);
          expect(pool.slots).toBeLessThanOrEqual(100);
        }
      },
    ),
  );
});

it('groups with a share of one use different pools', () => {
  const groups = Array.from({ length: 1000 }, (_, index) => `group-${index}`);
  const used = groups.map((groupId) => poolsFor(groupId, 1000, 1)[0]?.index);
  for (let pool = 0; pool < 10; pool++)
    expect(used.filter((index) => index === pool).length).toBeGreaterThan(50);
});
