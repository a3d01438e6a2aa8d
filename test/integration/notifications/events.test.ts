/** GET /v1/groups/{g}/events: the stored notifications by arrival, for polling readers. */
import { type Deployment, startDeployment } from '../../support/deployment.ts';
import { job, message, notification, type RawClient } from '../../support/raw-client.ts';
import { batch, image, send, settled } from '../../support/reporting.ts';

interface Event {
  readonly eventId: string;
  readonly object?: string;
  readonly notification?: Record<string, unknown>;
}

describe('events', () => {
  let deployment: Deployment;
  beforeAll(async () => {
    deployment = await startDeployment();
  });
  afterAll(() => deployment.stop());

  const connected = async (groupId: string): Promise<RawClient> =>
    deployment.connect(await deployment.createGroup(groupId));
  const events = (groupId: string, query = '') =>
    deployment.http('GET', `/v1/groups/${groupId}/events?${query}`);
  /** Notifications are shown after the delay of the feed. */
  const matured = async () => {
    deployment.clock.advance(5_001);
    await deployment.cloud.drained();
  };

  test('shows each notification as it was sent, the oldest arrival first, and nothing younger than 5 s', async () => {
    const client = await connected('demo');
    await send(client, batch([notification('JOB', job(1), job(2)), notification('TAPE', { slot: 1 })]));
    await send(client, batch([notification('IMAGE', image('web01_1700000000'))]));
    const early = await events('demo');
    expect(early.json).toMatchObject({ items: [], more: false });
    await matured();
    const { json } = await events('demo', `after=${early.json.cursor}`);
    expect(json.more).toBe(false);
    expect(json.items).toMatchObject([
      { object: 'JOB', groupId: 'demo', notification: job(1) },
      { object: 'JOB', notification: job(2) },
      { object: 'TAPE', reason: 'unknown-object', text: '{"slot":1}' },
      { object: 'IMAGE', notification: { backupId: 'web01_1700000000' } },
    ]);
    const only = await events('demo', 'object=IMAGE&limit=1');
    expect(only.json.items).toHaveLength(1);
  });

  test('a page may end within a message; the last cursor continues with later arrivals', async () => {
    const client = await connected('paged');
    const numbers = Array.from({ length: 23 }, (_, index) => index);
    await send(client, batch([notification('JOB', ...numbers.slice(0, 20).map((id) => job(id)))]));
    await send(client, batch([notification('JOB', ...numbers.slice(20).map((id) => job(id)))]));
    await matured();
    const seen: unknown[] = [];
    let cursor = '';
    for (let more = true; more; ) {
      const answer = await events('paged', `limit=7${cursor && `&cursor=${cursor}`}`);
      seen.push(...answer.json.items.map(({ notification }: Event) => notification?.['jobId']));
      ({ cursor, more } = answer.json);
      expect(answer.headers.get('nbwss-cursor')).toBe(cursor);
      expect(answer.headers.get('link') !== null).toBe(more);
    }
    expect(seen).toEqual(numbers);
    await send(client, batch([notification('JOB', job(99))]));
    await matured();
    const later = await events('paged', `after=${cursor}`);
    expect(later.json.items.map(({ notification }: Event) => notification?.['jobId'])).toEqual([99]);
  });

  test('a reader that polls while others write gets exactly what was acknowledged', async () => {
    const client = await connected('polled');
    const seen = new Map<string, number>();
    const acknowledged: number[] = [];
    let cursor = '';
    const poll = async () => {
      for (let more = true; more; ) {
        const { json } = await events('polled', `limit=5${cursor && `&after=${cursor}`}`);
        for (const { eventId, notification } of json.items as Event[]) {
          expect(seen.has(eventId)).toBe(false);
          seen.set(eventId, Number(notification?.['jobId']));
        }
        ({ cursor, more } = json);
      }
    };
    for (let round = 0; round < 6; round++) {
      // Storing takes longer for one in three: it arrives before the others and reaches the feed after them.
      const slow = deployment.cloud.faults.add({
        function: 'Notify',
        action: 'PutItem',
        nth: 2,
        do: 'pause',
      });
      const sending = Array.from({ length: 4 }, async (_, index) => {
        const jobId = round * 10 + index;
        await send(client, batch([notification('JOB', job(jobId))]));
        acknowledged.push(jobId);
      });
      await slow.reached;
      await poll();
      slow.release();
      await Promise.all(sending);
      slow.remove();
      deployment.clock.advance(round % 2 === 0 ? 2_000 : 4_000);
      await poll();
    }
    await matured();
    await poll();
    expect([...seen.values()].sort((a, b) => a - b)).toEqual(acknowledged.sort((a, b) => a - b));
  });

  test('a reader misses nothing although the index is behind, and shows notifications in another order', async () => {
    const client = await connected('behind');
    const rule = {
      function: 'Notify',
      action: 'PutItem',
      count: Number.POSITIVE_INFINITY,
      do: 'lag',
    } as const;
    const slow = deployment.cloud.faults.add({ ...rule, chance: 0.4, ms: 20_000 });
    const slower = deployment.cloud.faults.add({ ...rule, chance: 0.2, ms: 200_000 });
    const seen: number[] = [];
    let cursor = '';
    const poll = async () => {
      for (let more = true; more; ) {
        const { json } = await events('behind', `limit=3${cursor && `&after=${cursor}`}`);
        seen.push(...json.items.map(({ notification }: Event) => Number(notification?.['jobId'])));
        ({ cursor, more } = json);
      }
    };
    const written = Array.from({ length: 60 }, (_, index) => index);
    for (const index of written.filter((one) => one % 2 === 0)) {
      await send(client, batch([notification('JOB', job(index), job(index + 1))]));
      deployment.clock.advance(2_000);
      await deployment.cloud.drained();
      await poll();
    }
    expect(slow.hits() + slower.hits()).toBeGreaterThan(5);
    slow.remove();
    slower.remove();
    deployment.clock.advance(200_000);
    await deployment.cloud.drained();
    await poll();
    expect(seen).not.toEqual(written);
    expect([...seen].sort((a, b) => a - b)).toEqual(written);
    // Long after, nothing comes again.
    deployment.clock.advance(3_600_000);
    await poll();
    expect(seen).toHaveLength(written.length);
  });

  test('a resend with a new time stamp is a second arrival with the same eventId', async () => {
    const client = await connected('resent');
    const payload = [{ notificationType: 'INFO', object: 'JOB', data: [job(1)] }];
    for (const timeStamp of [1_700_000_000, 1_700_000_005])
      await send(client, message('NOTIFICATION', 'REQUEST', payload, { timeStamp }));
    await matured();
    const { json } = await events('resent');
    expect(json.items).toHaveLength(2);
    expect(json.items[0].eventId).toBe(json.items[1].eventId);
    expect((await deployment.http('GET', '/v1/groups/resent/jobs/1')).json.timeline).toHaveLength(1);
  });

  test('from and to are times of arrival; expired messages are not shown', async () => {
    const client = await connected('aged');
    await send(client, batch([notification('JOB', job(1))]));
    await matured();
    const now = deployment.clock.now() / 1000;
    const count = async (query: string) => (await events('aged', query)).json.items.length;
    expect(await count(`from=${Math.floor(now - 60)}`)).toBe(1);
    expect(await count(`to=${Math.floor(now - 60)}`)).toBe(0);
    expect((await events('aged', 'from=2&to=1')).status).toBe(400);
    expect((await events('aged', 'cursor=x&after=x')).status).toBe(400);
    deployment.clock.advance(35 * 86_400_000);
    expect(await count('')).toBe(0);
    // Jobs expire later.
    expect((await deployment.http('GET', '/v1/groups/aged/jobs')).json.items).toHaveLength(1);
    deployment.clock.advance(366 * 86_400_000);
    expect((await deployment.http('GET', '/v1/groups/aged/jobs')).json).toEqual({ items: [] });
    expect((await deployment.http('GET', '/v1/groups/aged/jobs/1')).status).toBe(404);
    await settled(deployment);
  });
});
