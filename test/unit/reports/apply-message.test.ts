import { fromStored, type Stored } from '../../../lambdas/platform/dynamodb/stored-text.ts';
import { applyMessage } from '../../../lambdas/reports/apply-message.ts';
import type { ApplyContext } from '../../../lambdas/reports/apply-notifications.ts';
import { noAnswer } from '../../support/fakes.ts';
import { images, jobs, notificationText, projection, storedMessage } from '../../support/notifications.ts';

const job = (jobId: number) => ({ jobId, state: 'DONE', status: 0 });
const many = (count: number) => Array.from({ length: count }, (_, index) => job(index + 1));
const text = notificationText([jobs(...many(9)), images({ backupId: 'a_1', operationId: 'CREATE' })]);

/** A context in which the code that records these jobs has an error. */
const withError = (
  world: ReturnType<typeof projection>,
  isBad: (jobId: unknown) => boolean,
): ApplyContext => {
  const { jobs: store } = world.context;
  const record: typeof store.record = (groupId, id, ...rest) => {
    if (isBad(id)) throw new TypeError('undefined is not a function');
    return store.record(groupId, id, ...rest);
  };
  return { ...world.context, jobs: { readStored: store.readStored.bind(store), record } };
};
const jobIds = (world: ReturnType<typeof projection>) =>
  world.dynamodb.items<{ jobId: number }>('jobs').map(({ jobId }) => jobId);

it('I-2 of a message whose notifications fail each time only these are quarantined; all others are applied and published', async () => {
  const world = projection();
  await applyMessage(
    withError(world, (id) => id === 4 || id === 7),
    storedMessage(text),
  );
  expect(jobIds(world).sort()).toEqual([1, 2, 3, 5, 6, 8, 9]);
  expect(Object.keys(await world.imageViews())).toEqual(['a_1']);
  const aside = world.quarantined();
  expect(aside.map(({ reason, text }) => [reason, JSON.parse(text).jobId])).toEqual([
    ['cannot-be-applied', 4],
    ['cannot-be-applied', 7],
  ]);
  const published = (type: string, member: string) =>
    world.published.filter(({ detailType }) => detailType === type).map(({ detail }) => detail[member]);
  expect(published('Notification Quarantined', 'eventId')).toEqual(aside.map(({ eventId }) => eventId));
  expect(published('Job Completed', 'jobId').sort()).toEqual([1, 2, 3, 5, 6, 8, 9]);
  const errors = world.log.lines.filter(({ level }) => level === 'error');
  expect(errors.map(({ code, detail }) => [code, detail['eventId']])).toEqual(
    aside.map(({ eventId }) => ['message-not-applicable', eventId]),
  );
});

it('an error of this code that concerns all notifications quarantines the message once, not each of them', async () => {
  const world = projection();
  const calls: unknown[] = [];
  const context = withError(world, (id) => calls.push(id) > 0);
  await applyMessage(context, storedMessage(notificationText([jobs(...many(500))])));
  const stored = world.dynamodb.items<Stored<{ reason: string; part: string; text: string }>>('quarantine');
  const [whole, ...more] = stored.map((item) => fromStored(item));
  expect(more).toEqual([]);
  expect(whole).toMatchObject({ reason: 'cannot-be-applied', part: 'message' });
  expect(JSON.parse(whole?.text ?? '').payload[0].data).toHaveLength(500);
  expect(world.log.codes().filter((code) => code === 'message-not-applicable')).toHaveLength(1);
  expect(calls.length).toBeLessThan(2_000);
});

it('I-3 what a service does not answer is not quarantined, also while what cannot be applied is looked for', async () => {
  const world = projection();
  let attempts = 0;
  const context = withError(world, (id) => {
    if (id === 4) return true;
    if (id === 1 && ++attempts > 1) throw noAnswer();
    return false;
  });
  await expect(applyMessage(context, storedMessage(text))).rejects.toThrow('away');
  expect(world.quarantined()).toEqual([]);
});

it('when it cannot be quarantined either, the record fails, and is applied at the next attempt', async () => {
  const world = projection();
  const context = withError(world, (id) => id === 4);
  let left = 1;
  world.dynamodb.before = (call, { TableName }) => {
    if (call === 'PutItem' && TableName === 'quarantine' && left-- > 0) throw noAnswer();
  };
  await expect(applyMessage(context, storedMessage(text))).rejects.toThrow('away');
  expect(world.log.codes()).toEqual(['message-not-applicable', 'message-not-quarantined']);
  await applyMessage(context, storedMessage(text));
  expect(world.quarantined()).toMatchObject([{ reason: 'cannot-be-applied' }]);
});
