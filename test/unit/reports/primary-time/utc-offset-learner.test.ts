import { GroupsStore } from '../../../../lambdas/groups/groups-store.ts';
import { UtcOffsetLearner } from '../../../../lambdas/reports/primary-time/utc-offset-learner.ts';
import { fakeClock } from '../../../support/fakes.ts';
import { MemoryDynamodb } from '../../../support/memory-dynamodb.ts';
import { images, interpretText, jobs, notificationText } from '../../../support/notifications.ts';

const HOUR = 3_600;
const BEGUN = 1_700_000_000;
/** A message of a primary whose clock is so many hours ahead. */
const sent = (hours: number, begun = BEGUN) =>
  interpretText(
    notificationText(
      [
        images({
          backupId: 'a_1',
          operationId: 'CREATE',
          backupTime: begun,
          createdTime: begun + hours * HOUR + 60,
        }),
      ],
      begun + 120,
    ),
  );
const setUp = (utcOffsets?: object[]) => {
  const dynamodb = new MemoryDynamodb({ groups: { key: ['groupId'] } });
  dynamodb.set('groups', { groupId: 'demo', kind: 'group', ...(utcOffsets ? { utcOffsets } : {}) });
  const clock = fakeClock();
  const store = new UtcOffsetLearner(new GroupsStore(dynamodb.client, 'groups'), clock);
  const learn = async (...one: Parameters<typeof sent>) => {
    dynamodb.calls.length = 0;
    await store.learnFrom('demo', sent(...one));
    return [...dynamodb.calls];
  };
  return { dynamodb, clock, store, learn, stored: () => dynamodb.items<{ utcOffsets?: object }>('groups') };
};

it('learns once, and then needs neither a read nor a write until the offset changes', async () => {
  const { learn, stored } = setUp();
  expect(await learn(5)).toEqual(['GetItem', 'UpdateItem']);
  expect(await learn(5)).toEqual([]);
  expect(await learn(4, BEGUN + 86_400)).toEqual(['GetItem', 'UpdateItem']);
  expect(stored()).toMatchObject([
    {
      utcOffsets: [
        { from: 0, seconds: 5 * HOUR },
        { from: BEGUN + 86_400, seconds: 4 * HOUR },
      ],
    },
  ]);
});

it('reads again after ten minutes what others have learned', async () => {
  const { clock, learn } = setUp([{ from: 0, seconds: 5 * HOUR }]);
  expect(await learn(5)).toEqual(['GetItem']);
  clock.advance(10 * 60_000 - 1);
  expect(await learn(5)).toEqual([]);
  clock.advance(1);
  expect(await learn(5)).toEqual(['GetItem']);
});

it('leaves the rest to the next message when another writer was faster', async () => {
  const { dynamodb, learn, stored } = setUp();
  const others = [{ from: 7, seconds: 5 * HOUR }];
  dynamodb.before = (call) => {
    if (call === 'UpdateItem') dynamodb.set('groups', { groupId: 'demo', utcOffsets: others });
  };
  await learn(5);
  expect(stored()).toMatchObject([{ utcOffsets: others }]);
  expect(await learn(5)).toEqual(['GetItem']);
});

it('reads nothing for a message without evidence, and creates no group', async () => {
  const { dynamodb, store, stored } = setUp();
  await store.learnFrom('demo', interpretText(notificationText([jobs({ jobId: 1, state: 'QUEUED' })])));
  expect(dynamodb.calls).toEqual([]);
  await store.learnFrom('gone', sent(5));
  expect(stored()).toHaveLength(1);
});
