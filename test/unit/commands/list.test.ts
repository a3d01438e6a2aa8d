/** Which of a group's commands a list shows. */
import { commandWorld, POST } from '../../support/commands.ts';

const world = commandWorld();
const idsOf = async (range: { since?: number; until?: number }, createdAt?: string) => {
  const startAfter = createdAt ? { groupId: 'demo', commandId: 'x', createdAt } : undefined;
  const { items } = await world.context.commands.list('demo', 10, range, startAfter);
  return items.map(({ commandId }) => commandId);
};

test('by the time of creation, with any range', async () => {
  world.clock.advance(1_800_000_000_500 - world.clock());
  const { commandId } = await world.submit(POST);
  const second = 1_800_000_000;
  expect(await idsOf({ since: second })).toEqual([commandId]);
  expect(await idsOf({ since: second + 0.5, until: second + 0.501 })).toEqual([commandId]);
  expect(await idsOf({ since: second + 0.501 })).toEqual([]);
  expect(await idsOf({ until: second + 0.5 })).toEqual([]);
  // Ranges that DynamoDB would refuse: in the far future, before 1970, of less than a millisecond.
  expect(await idsOf({ since: 999_999_999_999 })).toEqual([]);
  expect(await idsOf({ until: 0 })).toEqual([]);
  expect(await idsOf({ since: second + 0.5001, until: second + 0.5002 })).toEqual([]);
  // And an invalid cursor.
  expect(await idsOf({ since: second }, '1970-01-01T00:00:00.000Z')).toEqual([]);
});
