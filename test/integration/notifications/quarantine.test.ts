/** What cannot be interpreted is stored, shown and replayable, and does not affect other notifications (I-2). */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { interpret } from '../../../lambdas/notifications/interpret.ts';
import { QuarantineStore } from '../../../lambdas/notifications/quarantine-store.ts';
import { type Deployment, startDeployment } from '../../support/deployment.ts';
import { type Frame, job, message, notification, type RawClient } from '../../support/raw-client.ts';
import { image, report, send, settled } from '../../support/reporting.ts';

describe('quarantine', () => {
  let deployment: Deployment;
  let client: RawClient;
  let groupId: string;
  let serial = 0;
  beforeAll(async () => {
    deployment = await startDeployment();
  });
  beforeEach(async () => {
    groupId = `q${++serial}`;
    client = await deployment.connect(await deployment.createGroup(groupId));
  });
  afterAll(() => deployment.stop());

  const get = async (path: string) => (await deployment.http('GET', `/v1/groups/${groupId}/${path}`)).json;
  const replay = (eventId: string) =>
    deployment.http('POST', `/v1/groups/${groupId}/quarantine/${eventId}/replay`);
  const raw = (payload: string): string =>
    `{"version":"1.0","id":"R-${++serial}","type":"NOTIFICATION","subType":"REQUEST","timeStamp":1700000000,"payload":${payload}}`;
  const sendText = async (text: string): Promise<void> => {
    client.send(text);
    const { id } = JSON.parse(text) as { id: string };
    expect(await client.next((frame) => frame['id'] === id)).toMatchObject({
      type: 'NOTIFICATION',
      payload: [],
    });
    await settled(deployment);
  };

  test('one invalid item: the others are applied, and it is published without its text', async () => {
    const mark = deployment.cloud.events.mark();
    await report(deployment, client, [
      notification('JOB', job(1), { jobId: 'seven', state: 'DONE' }, job(2)),
      notification('VAULT', { slot: 1 }),
      notification('IMAGE', image('a_1'), { backupId: '', operationId: 'CREATE' }),
    ]);
    expect((await get('jobs')).items).toHaveLength(2);
    expect((await get('images')).items).toHaveLength(1);
    const { items } = await get('quarantine');
    expect(items.map(({ reason }: Frame) => reason).sort()).toEqual([
      'not-a-job',
      'not-an-image',
      'unknown-object',
    ]);
    expect(items.find(({ reason }: Frame) => reason === 'unknown-object')).toMatchObject({
      groupId,
      object: 'VAULT',
      part: 'item',
      text: '{"slot":1}',
    });
    const published = deployment.cloud.events
      .since(mark)
      .filter((event) => JSON.stringify(event).includes('Notification Quarantined'));
    expect(published).toHaveLength(3);
    expect(JSON.stringify(published)).not.toContain('seven');
  });

  test.each<[string, string, string]>([
    [
      'numbers that JSON.parse would round',
      '[{"object":"JOB","data":[{"jobId":9007199254740993,"state":"DONE"}]}]',
      'inexact-number',
    ],
    ['data that is not an array', '[{"object":"JOB","data":{"jobId":1}}]', 'no-data-array'],
    ['a payload that is not an array', '{"object":"JOB","data":[]}', 'payload-no-array'],
    ['an unknown object', '[{"object":"TAPE","data":[1]}]', 'unknown-object'],
    ['a notification that is not an object', '[{"object":"JOB","data":["x"]}]', 'not-a-job'],
    [
      'nesting without end',
      `[{"object":"JOB","data":[{"jobId":1,"state":${'['.repeat(20_000)}${']'.repeat(20_000)}}]}]`,
      'cannot-be-read',
    ],
  ])('%s: acknowledged, stored as received', async (_, payload, reason) => {
    const text = raw(payload);
    if (Buffer.byteLength(text) > 30_000) {
      client.sendFragmented(text);
      await client.next(({ type }) => type === 'NOTIFICATION');
      await settled(deployment);
    } else await sendText(text);
    const { items } = await get('quarantine');
    expect(items).toMatchObject([{ reason }]);
    expect((await get('jobs')).items).toEqual([]);
  });

  test.each<[string, string]>([
    ['no payload elements', '[]'],
    ['no data elements', '[{"object":"JOB","data":[]}]'],
  ])('%s: acknowledged, nothing to quarantine', async (_, payload) => {
    await sendText(raw(payload));
    expect((await get('quarantine')).items).toEqual([]);
  });

  test('unusual but valid: ids and stamps as strings of digits, fractions, duplicate keys, special names, far dates', async () => {
    await sendText(
      raw(
        '[{"object":"JOB","data":[{"jobId":"77","state":"DONE","status":"0"},{"jobId":78,"jobId":79,"state":"X"}]}]',
      ),
    );
    await send(
      client,
      message('NOTIFICATION', 'REQUEST', [{ object: 'JOB', data: [job(80)] }], { timeStamp: '1700000000' }),
    );
    await send(
      client,
      message('NOTIFICATION', 'REQUEST', [{ object: 'JOB', data: [job(81)] }], {
        timeStamp: 1_700_000_000.7,
      }),
    );
    await send(
      client,
      message(
        'NOTIFICATION',
        'REQUEST',
        [
          {
            object: 'JOB',
            data: [
              job(82, 'DONE', { startTime: 0 }),
              job(83, 'DONE', { startTime: 253_402_300_799 }),
              job(84, 'DONE', { startTime: -7 }),
              job(85, 'DONE', { startTime: 'soon', clientName: 'サーバー#/\ud800', policyName: 7 }),
            ],
          },
        ],
        { timeStamp: 253_402_300_799 },
      ),
    );
    await settled(deployment);
    const { items } = await get('jobs');
    expect(items.map(({ jobId }: Frame) => jobId).sort()).toEqual([77, 79, 80, 81, 82, 83, 84, 85]);
    expect((await get('jobs/77')).outcome).toBe('succeeded');
    for (const jobId of [80, 81])
      expect((await get(`jobs/${jobId}`)).firstReportedAt).toBe('2023-11-14T22:13:20.000Z');
    expect((await get('quarantine')).items).toEqual([]);
  });

  test('a resent part is one item; a whole message without a usable stamp is another', async () => {
    const payload = [{ object: 'TAPE', data: [{ slot: 1 }] }];
    for (const timeStamp of [1_700_000_000, 1_700_000_005])
      await send(client, message('NOTIFICATION', 'REQUEST', payload, { timeStamp }));
    await send(client, message('NOTIFICATION', 'REQUEST', payload, { timeStamp: 1_700_000_000_000 }));
    await settled(deployment);
    const { items } = await get('quarantine');
    expect(items.map(({ reason }: Frame) => reason).sort()).toEqual(['no-time-stamp', 'unknown-object']);
  });

  test('pages, the latest arrival first', async () => {
    for (let slot = 0; slot < 5; slot++) {
      await report(deployment, client, [notification('TAPE', { slot })]);
    }
    const seen: string[] = [];
    let cursor = '';
    do {
      const page = await get(`quarantine?limit=2${cursor && `&cursor=${cursor}`}`);
      seen.push(...page.items.map(({ text }: { text: string }) => text));
      cursor = page.cursor ?? '';
    } while (cursor);
    expect(seen).toEqual([4, 3, 2, 1, 0].map((slot) => `{"slot":${slot}}`));
  });

  test('a page has up to a thousand, also as CSV', async () => {
    await report(deployment, client, [
      notification('TAPE', ...Array.from({ length: 30 }, (_, slot) => ({ slot: slot + 100 }))),
    ]);
    expect((await get('quarantine?limit=26')).items).toHaveLength(26);
    expect((await get('quarantine?limit=1000')).items.length).toBeGreaterThanOrEqual(30);
    const headers = { accept: 'text/csv' };
    const { text } = await deployment.http('GET', `/v1/groups/${groupId}/quarantine?limit=26`, { headers });
    expect(text.split('\n')).toHaveLength(28);
  });

  /** As an older version without jobs would have stored it. */
  const storeOlder = async (content: Frame): Promise<string> => {
    const source = {
      groupId,
      text: JSON.stringify(notification('TAPE', content)),
      receivedAt: deployment.clock.now(),
    };
    const [older] = interpret(source);
    if (older?.kind !== 'QUARANTINE') throw new Error('Expected a quarantined part.');
    const { region, endpointUrl, credentials, resources } = deployment.cloud;
    const table = Object.entries(resources).find(
      ([id, { type }]) => id.startsWith('Quarantine') && type === 'AWS::DynamoDB::Table',
    );
    const dynamodb = new DynamoDBClient({ region, endpoint: endpointUrl, credentials });
    await new QuarantineStore(dynamodb, table?.[1].physicalId ?? '').add(
      groupId,
      { ...older, object: 'JOB' },
      400,
    );
    dynamodb.destroy();
    return older.eventId;
  };

  test('replay: refused while nothing has changed; once it can be interpreted it is applied, published and removed', async () => {
    await report(deployment, client, [notification('TAPE', { slot: 1 })]);
    const [still] = (await get('quarantine')).items;
    const refused = await replay(still.eventId);
    expect([refused.status, refused.json.code]).toEqual([409, 'still-not-interpreted']);
    expect((await replay('nothing')).status).toBe(404);

    const older = await storeOlder(job(5, 'DONE'));
    const mark = deployment.cloud.events.mark();
    const done = await replay(older);
    expect([done.status, done.json.eventIds.length]).toEqual([200, 1]);
    expect(await get('jobs/5')).toMatchObject({ outcome: 'succeeded' });
    expect(JSON.stringify(deployment.cloud.events.since(mark))).toContain(done.json.eventIds[0]);
    expect((await get('quarantine')).items.map(({ eventId }: Frame) => eventId)).toEqual([still.eventId]);
    expect((await replay(older)).status).toBe(404);
  });

  test('replay: what DynamoDB refuses stays in quarantine until it is accepted', async () => {
    const older = await storeOlder(job(6, 'DONE'));
    const refusing = deployment.cloud.faults.add({
      function: 'Api',
      action: 'PutItem',
      resource: 'Jobs',
      do: 'fail',
      error: 'ValidationException',
      count: Number.POSITIVE_INFINITY,
    });
    expect((await replay(older)).status).toBe(200);
    const [quarantined] = (await get('quarantine')).items;
    expect(quarantined).toMatchObject({ reason: 'cannot-be-stored', object: 'JOB' });
    const again = await replay(quarantined.eventId);
    expect([again.status, again.json.code]).toEqual([409, 'still-not-stored']);
    expect((await get('quarantine')).items).toMatchObject([{ eventId: quarantined.eventId }]);
    refusing.remove();
    expect((await replay(quarantined.eventId)).status).toBe(200);
    expect(await get('jobs/6')).toMatchObject({ outcome: 'succeeded' });
    expect((await get('quarantine')).items).toEqual([]);
  });
});
