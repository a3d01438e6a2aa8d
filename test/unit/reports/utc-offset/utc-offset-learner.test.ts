import { GroupsStore } from '../../../../lambdas/groups/groups-store.ts';
import { interpret } from '../../../../lambdas/notifications/interpret.ts';
import { UtcOffsetLearner } from '../../../../lambdas/reports/utc-offset/utc-offset-learner.ts';
import { fakeClock } from '../../../support/fakes.ts';
import { MemoryDynamodb } from '../../../support/memory-dynamodb.ts';
import { images, jobs, notificationText, source } from '../../../support/notifications.ts';

const HOUR = 3_600;
const BEGUN = 1_700_000_000;
/** A message of a primary whose clock is so many hours ahead. */
const said = (hours: number, begun = BEGUN) =>
  interpret(
    source(
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
    ),
  );
const setUp = (utcOffsets?: object[]) => {
  const dynamodb = new MemoryDynamodb({ groups: { key: ['groupId'] } });
  dynamodb.set('groups', { groupId: 'demo', kind: 'group', ...(utcOffsets ? { utcOffsets } : {}) });
  const clock = fakeClock();
  const store = new UtcOffsetLearner(new GroupsStore(dynamodb.client, 'groups'), clock);
  const learn = async (...one: Parameters<typeof said>) => {
    dynamodb.calls.length = 0;
    await store.learnFrom('demo', said(...one));
    return [...dynamodb.calls];
  };
  return { dynamodb, clock, store, learn, stored: () => dynamodb.items<{ utcOffsets?: object }>('groups') };
};

it('learns once, and then needs neither a read nor a write until something new is said', async () => {
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

it('looks again after a while what others have learned', async () => {
  const { clock, learn } = setUp([{ from: 0, seconds: 5 * HOUR }]);
  expect(await learn(5)).toEqual(['GetItem']);
  clock.advance(10 * 60_000 - 1);
  expect(await learn(5)).toEqual([]);
  clock.advance(1);
  expect(await learn(5)).toEqual(['GetItem']);
});

it('leaves to the next message what another writer was faster with', async () => {
  const { dynamodb, learn, stored } = setUp();
  const others = [{ from: 7, seconds: 5 * HOUR }];
  dynamodb.before = (call) => {
    if (call === 'UpdateItem') dynamodb.set('groups', { groupId: 'demo', utcOffsets: others });
  };
  await learn(5);
  expect(stored()).toMatchObject([{ utcOffsets: others }]);
  expect(await learn(5)).toEqual(['GetItem']);
});

it('reads nothing for what can say nothing, and makes no group', async () => {
  const { dynamodb, store, stored } = setUp();
  await store.learnFrom('demo', interpret(source(notificationText([jobs({ jobId: 1, state: 'QUEUED' })]))));
  expect(dynamodb.calls).toEqual([]);
  await store.learnFrom('gone', said(5));
  expect(stored()).toHaveLength(1);
});
