import fc from 'fast-check';
import {
  type AcquiredSlot,
  type WaitingSlot,
  WaitingSlots,
} from '../../../../lambdas/commands/waiting/waiting-slots-store.ts';
import { fakeClock } from '../../../support/fakes.ts';
import { MemoryDynamodb } from '../../../support/memory-dynamodb.ts';

const world = (slots: number, share = slots) => {
  const dynamodb = new MemoryDynamodb({ waiting: { key: ['room'] } });
  const clock = fakeClock();
  /** As in another execution environment. */
  const store = () => new WaitingSlots(dynamodb.client, 'waiting', { slots, share }, clock);
  const acquire = (groupId = 'demo') => store().acquire(groupId, clock() + 30_000);
  const race = (groupIds: readonly string[]) => Promise.all(groupIds.map(acquire));
  return { dynamodb, clock, store, acquire, race };
};
const slotsOf = (results: readonly AcquiredSlot[]): WaitingSlot[] =>
  results.flatMap((one) => (one.ok ? [one.slot] : []));
const times = (count: number, groupId = 'demo') => Array.from({ length: count }, () => groupId);
const slotOf = (result: AcquiredSlot): WaitingSlot => {
  if (!result.ok) throw new Error('no slot');
  return result.slot;
};

it.each([
  [6, 3],
  [1, 1],
  [250, 101],
])('of %i slots a group gets %i, with any number of concurrent requests', async (slots, share) => {
  const { race } = world(slots, share);
  const results = await race(times(share + 20));
  expect(slotsOf(results)).toHaveLength(share);
  for (const one of results) if (!one.ok) expect(one).toEqual({ ok: false, limit: 'group', max: share });
});

it('several groups use all slots, and then get the limit that is reached', async () => {
  const { race, acquire } = world(6, 3);
  expect(slotsOf(await race([...times(3, 'a'), ...times(2, 'b'), 'c']))).toHaveLength(6);
  expect(await acquire('b')).toEqual({ ok: false, limit: 'deployment', max: 6 });
  expect(await acquire('d')).toEqual({ ok: false, limit: 'deployment', max: 6 });
  // It would still be refused after others have released theirs.
  expect(await acquire('a')).toEqual({ ok: false, limit: 'group', max: 3 });
});

it('similar group ids have separate shares', async () => {
  const { race, acquire } = world(10, 1);
  expect(slotsOf(await race(['a.b', 'a_b', 'a-b', 'a', 'b', 'everybody', 'room']))).toHaveLength(7);
  expect((await acquire('a.b')).ok).toBe(false);
});

it('I-8 acquiring and releasing are one call each', async () => {
  const { store, clock, dynamodb } = world(6, 3);
  const slots = store();
  for (let round = 0; round < 5; round++)
    await slots.release(slotOf(await slots.acquire('demo', clock() + 1)));
  expect(dynamodb.calls).toEqual(Array.from({ length: 10 }, () => 'UpdateItem'));
});

it('a released slot can be acquired again, and a second release does not affect its new holder', async () => {
  const { acquire, store } = world(1);
  const slot = slotOf(await acquire());
  expect((await acquire()).ok).toBe(false);
  await store().release(slot);
  expect((await acquire()).ok).toBe(true);
  await store().release(slot);
  expect((await acquire()).ok).toBe(false);
});

it('the slot of a killed function expires, and its late release does not affect the new holder', async () => {
  const { acquire, store, clock } = world(1);
  const expired = slotOf(await acquire());
  clock.advance(29_999);
  expect((await acquire('other')).ok).toBe(false);
  clock.advance(1);
  expect((await acquire('other')).ok).toBe(true);
  await store().release(expired);
  expect((await acquire()).ok).toBe(false);
});

it('expired slots of several groups are removed together', async () => {
  const { race, clock, dynamodb } = world(6, 3);
  await race([...times(3, 'a'), ...times(3, 'b')]);
  clock.advance(30_000);
  expect(slotsOf(await race([...times(4, 'a'), ...times(4, 'c')]))).toHaveLength(6);
  expect(Object.keys(dynamodb.items('waiting')[0] ?? {}).sort()).toEqual(
    ['everybody', 'expiresAt', 'group/a', 'group/c', 'room'].sort(),
  );
});

it('a slot is acquired if the SDK repeats a write that succeeded', async () => {
  const { acquire, dynamodb } = world(1);
  let isRepeated = false;
  dynamodb.before = async (call, input) => {
    if (call !== 'UpdateItem' || isRepeated) return;
    isRepeated = true;
    // As the SDK does: the write succeeded and is repeated.
    await dynamodb.client.send({ constructor: { name: 'UpdateItemCommand' }, input } as never);
  };
  expect((await acquire()).ok).toBe(true);
  expect((await acquire()).ok).toBe(false);
});

it('both limits hold in any order of events, and a refusal names a limit that is reached', async () => {
  type Event = { readonly do: 'acquire' | 'release' | 'kill'; readonly group: string };
  const event: fc.Arbitrary<Event> = fc.record({
    do: fc.constantFrom('acquire', 'acquire', 'release', 'kill'),
    group: fc.constantFrom('a', 'b', 'c', 'd'),
  });
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 7 }),
      fc.integer({ min: 1, max: 7 }),
      fc.array(fc.array(event, { minLength: 1, maxLength: 6 }), { maxLength: 12 }),
      async (slots, wanted, bursts) => {
        const share = Math.min(slots, wanted);
        const { acquire, store, clock } = world(slots, share);
        let held: (WaitingSlot & { readonly until: number; readonly isKilled?: true })[] = [];
        const of = (group: string) => held.filter(({ groupId }) => groupId === group).length;
        for (const burst of bursts) {
          clock.advance(7_000);
          held = held.filter(({ until }) => until > clock());
          const results = await Promise.all(
            burst.map(async (one) => (one.do === 'acquire' ? acquire(one.group) : undefined)),
          );
          for (const result of results)
            if (result?.ok) held.push({ ...result.slot, until: clock() + 30_000 });
          expect(held.length).toBeLessThanOrEqual(slots);
          for (const group of 'abcd') expect(of(group)).toBeLessThanOrEqual(share);
          for (const [index, result] of results.entries()) {
            if (!result || result.ok) continue;
            const { group } = burst[index] as Event;
            expect(result.limit === 'group' ? of(group) : held.length).toBe(result.max);
          }
          for (const { do: what, group } of burst) {
            const found = held.findIndex((one) => one.groupId === group && !one.isKilled);
            const one = held[found];
            if (!one) continue;
            if (what === 'kill') held[found] = { ...one, isKilled: true };
            if (what !== 'release') continue;
            await store().release(one);
            held.splice(found, 1);
          }
        }
      },
    ),
    { numRuns: 60 },
  );
});
