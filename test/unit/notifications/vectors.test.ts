import { vectors } from '../../support/fakes.ts';
import { projection } from '../../support/notifications.ts';

const texts = vectors
  .filter(({ message }) => message?.type === 'NOTIFICATION' && message.subType === 'REQUEST')
  .map(({ message }) => JSON.stringify(message));

it.each([
  ['in order', texts],
  ['backwards', [...texts].reverse()],
  ['twice', [...texts, ...texts]],
  ['sorted by their text', [...texts].sort()],
])('I-3 TRAP-1 TRAP-3 the vectors, %s, give the right views', async (_, played) => {
  const world = projection();
  await world.play(played);
  expect(await world.jobViews()).toMatchObject({
    144: { state: 'DONE', outcome: 'succeeded', firstReportedAt: '2023-11-14T22:13:30.000Z' },
    145: { state: 'DONE', outcome: 'succeeded', parentJobId: 144 },
    146: { state: 'DONE', outcome: 'succeeded', clientName: 'vm01', startTime: 1_700_018_029 },
    147: { state: 'DONE', outcome: 'succeeded', policyName: '', jobType: 'RESTORE' },
    300: { state: 'DONE', outcome: 'failed', status: 150, clientName: 'サーバー01', assetId: 'c0ffee' },
  });
  expect(Object.keys(await world.jobViews())).toHaveLength(5);
  expect(await world.imageViews()).toMatchObject({
    vm01_1700000029: { operationId: 'UPDATE', restorable: true },
    vm01_1700000017: { operationId: 'UPDATE', restorable: true },
    localhost_1698789600: { operationId: 'DELETE', restorable: false },
    localhost_1711657950: { operationId: 'NO_LOCAL_COPY_AVAILABLE', restorable: false },
  });
  expect(Object.keys(await world.imageViews())).toHaveLength(4);
  expect(world.quarantined()).toMatchObject([{ reason: 'unknown-object' }]);
  const lengths = (await world.stored('jobs')).map(({ events }) => events.length);
  expect(lengths.sort()).toEqual([1, 1, 2, 2, 3]);
});
