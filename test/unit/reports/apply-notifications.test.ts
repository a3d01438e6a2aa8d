import { Unavailable } from '../../../lambdas/platform/unavailable.ts';
import { applyMessage } from '../../../lambdas/reports/apply-message.ts';
import { noAnswer } from '../../support/fakes.ts';
import { images, jobs, notificationText, projection, storedMessage } from '../../support/notifications.ts';

const text = notificationText([
  jobs(
    { jobId: 1, state: 'ACTIVE' },
    { jobId: 1, state: 'DONE', status: 0 },
    { jobId: 2, state: 'QUEUED' },
    { jobId: 'x' },
  ),
  images({ backupId: 'a_1', operationId: 'CREATE' }),
]);

it('I-2 an item that cannot be interpreted does not affect the others', async () => {
  const world = projection();
  await world.play([text]);
  expect(await world.jobViews()).toMatchObject({ 1: { outcome: 'succeeded' }, 2: { outcome: 'running' } });
  expect(await world.imageViews()).toMatchObject({ a_1: { restorable: true } });
  expect(world.quarantined()).toMatchObject([{ reason: 'not-a-job', text: '{"jobId":"x"}' }]);
  expect(world.log.lines).toMatchObject([{ level: 'warn', code: 'notification-quarantined' }]);
  expect(world.published.map(({ detailType }) => detailType)).toEqual([
    'Job State Changed',
    'Job State Changed',
    'Job Completed',
    'Job State Changed',
    'Image Changed',
    'Notification Quarantined',
  ]);
});

it('writes each job and image once a message, however often the message contains it', async () => {
  const world = projection();
  await world.play([text]);
  expect(world.dynamodb.calls.filter((call) => call === 'PutItem')).toHaveLength(4);
});

it('I-3 the same message again changes nothing, and writes no view', async () => {
  const world = projection();
  await world.play([text]);
  const before = [world.dynamodb.items('jobs'), world.dynamodb.items('images'), world.quarantined()];
  world.dynamodb.calls.length = 0;
  await world.play([text]);
  expect([world.dynamodb.items('jobs'), world.dynamodb.items('images'), world.quarantined()]).toEqual(before);
  expect(world.dynamodb.calls.filter((call) => call === 'PutItem')).toHaveLength(1);
});

it('quarantines and publishes a repeated part once a message: no message can cause thousands of writes', async () => {
  const world = projection();
  await world.play([notificationText([jobs(...Array.from({ length: 5_000 }, () => 0))])]);
  expect(world.dynamodb.calls).toEqual(['PutItem']);
  expect(world.published).toHaveLength(1);
});

it.each(['BatchGetItem', 'PutItem'])(
  'I-3 a failure of %s publishes nothing, and the next attempt completes',
  async (failing) => {
    const world = projection();
    let left = 1;
    world.dynamodb.before = (call) => {
      if (call === failing && left-- > 0) throw noAnswer();
    };
    await expect(world.play([text])).rejects.toThrow('away');
    expect(world.published).toEqual([]);
    await world.play([text]);
    const other = projection();
    await other.play([text]);
    expect([await world.jobViews(), await world.imageViews()]).toEqual([
      await other.jobViews(),
      await other.imageViews(),
    ]);
    expect(world.published).toEqual(other.published);
  },
);

it('I-3 a refusal by the bus makes the record fail', async () => {
  const world = projection();
  const context = { ...world.context, bus: { publish: () => Promise.reject(new Unavailable('refused')) } };
  await expect(applyMessage(context, storedMessage(text))).rejects.toThrow('refused');
});

it('I-2 what DynamoDB refuses is quarantined, and does not affect the others', async () => {
  const world = projection();
  world.dynamodb.before = (call, input) => {
    if (call === 'PutItem' && input.TableName === 'jobs' && input.Item?.['jobId']?.N === '2')
      throw Object.assign(new Error('too large'), { name: 'ValidationException' });
  };
  await world.play([text]);
  expect(Object.keys(await world.jobViews())).toEqual(['1']);
  expect(Object.keys(await world.imageViews())).toEqual(['a_1']);
  const [, unstorable] = world.quarantined();
  expect(unstorable).toMatchObject({ reason: 'cannot-be-stored', text: '{"jobId":2,"state":"QUEUED"}' });
});

it('a notification is applied even if its offset cannot be stored', async () => {
  const world = projection();
  const offsets = { learnFrom: () => Promise.reject(new Error('away')) };
  await applyMessage({ ...world.context, offsets }, storedMessage(text));
  expect(Object.keys(await world.jobViews())).toEqual(['1', '2']);
  expect(world.log.codes()).toContain('utc-offset-not-stored');
});

it('writes no lone surrogates', async () => {
  const world = projection();
  const broken = '\ud800';
  const job = {
    jobId: 1,
    state: broken,
    jobType: broken,
    clientName: broken,
    policyName: broken,
    startTime: 1,
  };
  await world.play([
    notificationText([
      jobs(job, { ...job, state: 'DONE', status: 0, jobType: 'BACKUP' }),
      images({ backupId: 'a_1', operationId: broken, clientName: broken }),
      { object: broken, data: [{ [broken]: broken }] },
    ]),
  ]);
  const strings = ['jobs', 'images', 'backups', 'quarantine'].flatMap((table) =>
    world.dynamodb
      .items(table)
      .flatMap((item) => Object.values(item).filter((value) => typeof value === 'string')),
  );
  expect(strings.length).toBeGreaterThan(15);
  expect(strings.filter((value) => !value.isWellFormed())).toEqual([]);
});
