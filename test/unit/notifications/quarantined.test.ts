import type { Group } from '../../../lambdas/groups/group.ts';
import { QuarantineStore } from '../../../lambdas/notifications/quarantine-store.ts';
import { quarantinedCheck } from '../../../lambdas/notifications/quarantined.ts';
import { DAY_MS } from '../../../lambdas/platform/clock.ts';
import { fakeClock } from '../../support/fakes.ts';
import { MemoryDynamodb } from '../../support/memory-dynamodb.ts';
import { interpretText, notificationText, VIEW_TABLES } from '../../support/notifications.ts';

const GROUP: Group = { groupId: 'demo', kind: 'group', createdAt: 0, epoch: 1 };

const world = () => {
  const dynamodb = new MemoryDynamodb(VIEW_TABLES);
  const quarantine = new QuarantineStore(dynamodb.client, 'quarantine');
  const clock = fakeClock();
  const start = clock();
  const add = async (slot: number, at: number) => {
    const [part] = interpretText(notificationText([{ object: 'TAPE', data: [{ slot }] }]), at);
    if (part?.kind !== 'QUARANTINE') throw new Error('Expected a quarantined part.');
    await quarantine.add('demo', part, 10);
    return part.eventId;
  };
  const { find } = quarantinedCheck({ quarantine, clock, retentionDays: 10 });
  return { dynamodb, quarantine, clock, start, add, find: () => find(GROUP) };
};

test('what is quarantined is a problem until it is replayed', async () => {
  const { add, find, quarantine, start, dynamodb } = world();
  expect(await find()).toEqual([]);
  expect(dynamodb.calls).toEqual(['Query']);
  const first = await add(1, start - 5_000);
  const second = await add(2, start - 1_000);
  expect(await find()).toMatchObject([
    {
      subject: {},
      finding: {
        since: start - 5_000,
        last: start - 1_000,
        count: 2,
        measures: [{ name: 'notifications', value: 2, threshold: 1 }],
      },
    },
  ]);
  await quarantine.remove('demo', first);
  await quarantine.remove('demo', second);
  expect(await find()).toEqual([]);
});

test('what has expired does not count, although DynamoDB deletes it days later', async () => {
  const { add, find, start, clock } = world();
  await add(1, start);
  clock.advance(10 * DAY_MS + 1);
  expect(await find()).toEqual([]);
});

test('of very many the first hundred are counted, and the latest is known', async () => {
  const { add, find, start } = world();
  for (let slot = 0; slot < 130; slot++) await add(slot, start - 1_000 + slot);
  expect((await find())?.[0]?.finding).toMatchObject({
    since: start - 1_000,
    last: start - 1_000 + 129,
    count: 100,
  });
});
