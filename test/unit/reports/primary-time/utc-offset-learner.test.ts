import { GroupsStore } from '../../../../lambdas/groups/groups-store.ts';
import { pack, unpack, withExact } from '../../../../lambdas/reports/primary-time/offset-history.ts';
import { UtcOffsetLearner } from '../../../../lambdas/reports/primary-time/utc-offset-learner.ts';
import { fakeClock } from '../../../support/fakes.ts';
import { MemoryDynamodb } from '../../../support/memory-dynamodb.ts';
import { images, interpretText, jobs, notificationText } from '../../../support/notifications.ts';

const HOUR = 3_600;
const BEGUN = 1_700_000_000;
/** A message of a primary whose clock is so many hours ahead: a job that began `after` seconds later, and its image. */
const sent = (hours: number, after = 0) => {
  const begun = BEGUN + after;
  const startTime = begun + hours * HOUR;
  return interpretText(
    notificationText(
      [
        jobs({ jobId: 1, jobType: 'BACKUP', state: 'DONE', clientName: 'a', startTime }),
        images({
          backupId: 'a_1',
          operationId: 'CREATE',
          clientName: 'a',
          backupTime: begun,
          createdTime: startTime + 60,
        }),
      ],
      begun + 120,
    ),
  );
};
const evidence = (...exact: [after: number, hours: number][]) =>
  pack(
    withExact(
      unpack(),
      exact.map(([after, hours]) => ({ moment: BEGUN + after, seconds: hours * HOUR })),
    ),
  );

const setUp = (utcOffsetEvidence?: string, createdAt = 0) => {
  const dynamodb = new MemoryDynamodb({ groups: { key: ['groupId'] } });
  const store = (text?: string, at = createdAt) =>
    dynamodb.set('groups', {
      groupId: 'demo',
      kind: 'group',
      createdAt: at,
      ...(text === undefined ? {} : { utcOffsetEvidence: text }),
    });
  store(utcOffsetEvidence);
  const clock = fakeClock();
  const learner = new UtcOffsetLearner(new GroupsStore(dynamodb.client, 'groups'), clock);
  const learn = async (...one: Parameters<typeof sent>) => {
    dynamodb.calls.length = 0;
    await learner.learnFrom('demo', sent(...one));
    return [...dynamodb.calls];
  };
  const stored = () => dynamodb.items<{ utcOffsetEvidence?: string }>('groups')[0]?.utcOffsetEvidence;
  return { dynamodb, clock, learner, learn, store, stored };
};

it('learns once, and then writes once an hour, and at a change', async () => {
  const { learn, stored } = setUp();
  expect(await learn(5)).toEqual(['GetItem', 'UpdateItem']);
  expect(await learn(5)).toEqual([]);
  expect(await learn(5, HOUR - 1)).toEqual([]);
  expect(await learn(5, HOUR)).toEqual(['GetItem', 'UpdateItem']);
  expect(stored()).toBe(evidence([0, 5], [HOUR, 5]));
  expect(await learn(4, 2 * HOUR)).toEqual(['GetItem', 'UpdateItem']);
  expect(stored()).toBe(evidence([0, 5], [HOUR, 5], [2 * HOUR, 4]));
});

it('what was not worth a write is written with the change after it', async () => {
  const { learn, stored } = setUp();
  await learn(5);
  expect(await learn(5, 1_800)).toEqual([]);
  await learn(4, 2_700);
  expect(stored()).toBe(evidence([0, 5], [1_800, 5], [2_700, 4]));
});

it('reads again after ten minutes what others have learned', async () => {
  const { clock, learn, store, stored } = setUp(evidence([0, 5]));
  expect(await learn(5)).toEqual(['GetItem']);
  store(evidence([0, 5], [86_400, 4]));
  clock.advance(10 * 60_000 - 1);
  expect(await learn(5, 60)).toEqual([]);
  clock.advance(1);
  await learn(5, 90);
  expect(stored()).toBe(evidence([0, 5], [90, 5], [86_400, 4]));
});

it('loses nothing when another writer is faster', async () => {
  const { dynamodb, learn, store, stored } = setUp();
  let others = 0;
  dynamodb.before = (call) => {
    if (call === 'UpdateItem' && others++ === 0) store(evidence([2 * HOUR, 4]));
  };
  expect(await learn(5)).toEqual(['GetItem', 'UpdateItem', 'GetItem', 'UpdateItem']);
  expect(stored()).toBe(evidence([0, 5], [2 * HOUR, 4]));
});

it('gives up after five such writers', async () => {
  const { dynamodb, learn, store } = setUp();
  let others = 0;
  dynamodb.before = (call) => {
    if (call === 'UpdateItem') store(evidence([2 * HOUR + others++, 4]));
  };
  await expect(learn(5)).rejects.toThrow('gave up after 5');
});

it('a new group with the same id starts from nothing', async () => {
  const { clock, learn, store, stored } = setUp();
  await learn(5);
  store(undefined, 7);
  clock.advance(10 * 60_000);
  await learn(3, HOUR);
  expect(stored()).toBe(evidence([HOUR, 3]));
});

it('reads nothing for a message without evidence, and creates no group', async () => {
  const { dynamodb, learner } = setUp();
  await learner.learnFrom('demo', interpretText(notificationText([jobs({ jobId: 1, state: 'QUEUED' })])));
  expect(dynamodb.calls).toEqual([]);
  await learner.learnFrom('gone', sent(5));
  expect(dynamodb.items('groups')).toHaveLength(1);
});
