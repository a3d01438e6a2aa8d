import fc from 'fast-check';
import {
  type Entered,
  type Place,
  WaitingPlaces,
} from '../../../../lambdas/commands/waiting/waiting-places-store.ts';
import { fakeClock } from '../../../support/fakes.ts';
import { MemoryDynamodb } from '../../../support/memory-dynamodb.ts';

const world = (places: number, share = places) => {
  const dynamodb = new MemoryDynamodb({ waiting: { key: ['room'] } });
  const clock = fakeClock();
  /** As another execution environment has them. */
  const here = () => new WaitingPlaces(dynamodb.client, 'waiting', { places, share }, clock);
  const enter = (groupId = 'demo') => here().enter(groupId, clock() + 30_000);
  const race = (groupIds: readonly string[]) => Promise.all(groupIds.map(enter));
  return { dynamodb, clock, here, enter, race };
};
const had = (entered: readonly Entered[]): Place[] => entered.flatMap((one) => (one.ok ? [one.place] : []));
const times = (count: number, groupId = 'demo') => Array.from({ length: count }, () => groupId);
const placeOf = (entered: Entered): Place => {
  if (!entered.ok) throw new Error('no place');
  return entered.place;
};

it.each([
  [6, 3],
  [1, 1],
  [250, 101],
])('of %i places a group gets %i, however many of its requests come at once', async (places, share) => {
  const { race } = world(places, share);
  const entered = await race(times(share + 20));
  expect(had(entered)).toHaveLength(share);
  for (const one of entered) if (!one.ok) expect(one).toEqual({ ok: false, full: 'group', limit: share });
});

it('different groups together get them all, and then hear which limit it is', async () => {
  const { race, enter } = world(6, 3);
  expect(had(await race([...times(3, 'a'), ...times(2, 'b'), 'c']))).toHaveLength(6);
  expect(await enter('b')).toEqual({ ok: false, full: 'deployment', limit: 6 });
  expect(await enter('d')).toEqual({ ok: false, full: 'deployment', limit: 6 });
  // It would be refused although others leave.
  expect(await enter('a')).toEqual({ ok: false, full: 'group', limit: 3 });
});

it('group ids that look alike have shares of their own', async () => {
  const { race, enter } = world(10, 1);
  expect(had(await race(['a.b', 'a_b', 'a-b', 'a', 'b', 'everybody', 'room']))).toHaveLength(7);
  expect((await enter('a.b')).ok).toBe(false);
});

it('I-8 entering and leaving are one call each', async () => {
  const { here, clock, dynamodb } = world(6, 3);
  const places = here();
  for (let round = 0; round < 5; round++)
    await places.leave(placeOf(await places.enter('demo', clock() + 1)));
  expect(dynamodb.calls).toEqual(Array.from({ length: 10 }, () => 'UpdateItem'));
});

it('a place that was left can be had again, and leaving twice takes nobody’s', async () => {
  const { enter, here } = world(1);
  const place = placeOf(await enter());
  expect((await enter()).ok).toBe(false);
  await here().leave(place);
  expect((await enter()).ok).toBe(true);
  await here().leave(place);
  expect((await enter()).ok).toBe(false);
});

it('the place of one who died is free when his time is over, and his late leave takes nobody’s', async () => {
  const { enter, here, clock } = world(1);
  const dead = placeOf(await enter());
  clock.advance(29_999);
  expect((await enter('other')).ok).toBe(false);
  clock.advance(1);
  expect((await enter('other')).ok).toBe(true);
  await here().leave(dead);
  expect((await enter()).ok).toBe(false);
});

it('those who died together are shown out together, of whatever groups', async () => {
  const { race, clock, dynamodb } = world(6, 3);
  await race([...times(3, 'a'), ...times(3, 'b')]);
  clock.advance(30_000);
  expect(had(await race([...times(4, 'a'), ...times(4, 'c')]))).toHaveLength(6);
  expect(Object.keys(dynamodb.items('waiting')[0] ?? {}).sort()).toEqual(
    ['everybody', 'expiresAt', 'group/a', 'group/c', 'room'].sort(),
  );
});

it('a place whose own write was answered too late to be seen is had', async () => {
  const { enter, dynamodb } = world(1);
  let answered = false;
  dynamodb.before = async (call, input) => {
    if (call !== 'UpdateItem' || answered) return;
    answered = true;
    // As the SDK would: it happened, and is made again.
    await dynamodb.client.send({ constructor: { name: 'UpdateItemCommand' }, input } as never);
  };
  expect((await enter()).ok).toBe(true);
  expect((await enter()).ok).toBe(false);
});

it('both bounds hold whatever comes in which order, and whoever is refused meets one of them', async () => {
  type Event = { readonly do: 'enter' | 'leave' | 'die'; readonly group: string };
  const event: fc.Arbitrary<Event> = fc.record({
    do: fc.constantFrom('enter', 'enter', 'leave', 'die'),
    group: fc.constantFrom('a', 'b', 'c', 'd'),
  });
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 7 }),
      fc.integer({ min: 1, max: 7 }),
      fc.array(fc.array(event, { minLength: 1, maxLength: 6 }), { maxLength: 12 }),
      async (places, wanted, bursts) => {
        const share = Math.min(places, wanted);
        const { enter, here, clock } = world(places, share);
        let inside: (Place & { readonly until: number; readonly dead?: true })[] = [];
        const of = (group: string) => inside.filter(({ groupId }) => groupId === group).length;
        for (const burst of bursts) {
          clock.advance(7_000);
          inside = inside.filter(({ until }) => until > clock());
          const entered = await Promise.all(
            burst.map(async (one) => (one.do === 'enter' ? enter(one.group) : undefined)),
          );
          for (const result of entered)
            if (result?.ok) inside.push({ ...result.place, until: clock() + 30_000 });
          expect(inside.length).toBeLessThanOrEqual(places);
          for (const group of 'abcd') expect(of(group)).toBeLessThanOrEqual(share);
          for (const [index, result] of entered.entries()) {
            if (!result || result.ok) continue;
            const { group } = burst[index] as Event;
            expect(result.full === 'group' ? of(group) : inside.length).toBe(result.limit);
          }
          for (const { do: what, group } of burst) {
            const found = inside.findIndex((one) => one.groupId === group && !one.dead);
            const one = inside[found];
            if (!one) continue;
            if (what === 'die') inside[found] = { ...one, dead: true };
            if (what !== 'leave') continue;
            await here().leave(one);
            inside.splice(found, 1);
          }
        }
      },
    ),
    { numRuns: 200 },
  );
});
