/** `GET /v1/summary`, whose overviews are kept for a minute. */

import { groupsRoutes } from '../../../../lambdas/http/groups/groups-routes.ts';
import { reportsRoutes } from '../../../../lambdas/http/reports/reports-routes.ts';
import { packBackups } from '../../../../lambdas/reports/backups/backup.ts';
import { apiWorld } from '../../../support/api.ts';
import { interpretText, jobs, notificationText } from '../../../support/notifications.ts';

type World = ReturnType<typeof setUp>;
const setUp = (...groups: string[]) => {
  const world = apiWorld();
  reportsRoutes(world.app, world.context);
  groupsRoutes(world.app, world.context);
  for (const groupId of groups) world.group(groupId);
  /** The groups whose summaries were computed, in order. */
  const computed: string[] = [];
  world.dynamodb.before = (call, { TableName, ExpressionAttributeValues = {} }) => {
    const [, groupId] = /"S":"([^"]*)"/.exec(JSON.stringify(ExpressionAttributeValues)) ?? [];
    if (call === 'Query' && TableName === 'backups') computed.push(String(groupId));
  };
  return { ...world, computed };
};

const record = async ({ context, clock }: World, groupId: string, jobId: number) => {
  const start = Math.floor(clock() / 1000) - 60;
  const text = notificationText([jobs({ jobId, state: 'DONE', status: 0, startTime: start })], start);
  for (const one of interpretText(text))
    if (one.kind === 'JOB') await context.jobs.record(groupId, one.jobId, [one], 400);
};

interface Overview {
  readonly groupId: string;
  readonly outcomes: { readonly succeeded: number };
  readonly asOf: string;
  readonly ageSeconds: number;
}
const read = async (world: World, query = '', ...groups: string[]) => {
  const key = world.keyFor('read', ...(groups.length > 0 ? groups : ['*']));
  const answer = await world.request(`/v1/summary?${query}`, key);
  expect([query, answer.status]).toEqual([query, 200]);
  const items = answer.body['items'] as Overview[];
  return { items, ids: items.map(({ groupId }) => groupId), cursor: answer.body['cursor'] };
};
const succeeded = ({ items }: { items: readonly Overview[] }) =>
  items.map(({ outcomes }) => outcomes.succeeded);

it('is computed once a minute, and tells its age', async () => {
  const world = setUp('demo');
  await record(world, 'demo', 1);
  const first = await read(world);
  expect(first.items).toMatchObject([{ outcomes: { succeeded: 1 }, ageSeconds: 0 }]);
  await record(world, 'demo', 2);
  world.clock.advance(59_999);
  const second = await read(world);
  expect(second.items).toMatchObject([{ ...first.items[0], ageSeconds: 59 }]);
  expect(world.computed).toEqual(['demo']);
  world.clock.advance(1);
  expect(succeeded(await read(world))).toEqual([2]);
  expect(world.computed).toEqual(['demo', 'demo']);
});

it('is kept for each number of hours, but not for the summary of one group', async () => {
  const world = setUp('demo');
  await read(world, 'hours=1');
  await record(world, 'demo', 1);
  expect(succeeded(await read(world, 'hours=1'))).toEqual([0]);
  expect(succeeded(await read(world, 'hours=24'))).toEqual([1]);
  const one = await world.request('/v1/groups/demo/summary?hours=1', world.keyFor('read', '*'));
  expect(one.body).toMatchObject({ outcomes: { succeeded: 1 } });
});

it('a change of the group applies at once', async () => {
  const world = setUp('demo');
  await read(world);
  await record(world, 'demo', 1);
  const init = { method: 'PATCH', body: { description: 'Berlin' } };
  await world.request('/v1/groups/demo', world.keyFor('admin', '*'), init);
  expect(succeeded(await read(world))).toEqual([1]);
});

it('a change of the group while its overview is computed applies too', async () => {
  const world = setUp('demo');
  const { before } = world.dynamodb;
  world.dynamodb.before = async (call, input) => {
    before(call, input);
    if (call !== 'UpdateItem' || input.TableName !== 'overviews') return;
    if (!input.UpdateExpression?.includes('REMOVE')) return;
    world.dynamodb.before = before;
    // What is to be stored now was computed before the change.
    await world.context.overviews.forget('demo');
  };
  await read(world);
  await record(world, 'demo', 1);
  expect(succeeded(await read(world))).toEqual([1]);
});

it('a deleted group is not shown, and leaves nothing', async () => {
  const world = setUp('a', 'b');
  expect((await read(world, '', 'a', 'b')).ids).toEqual(['a', 'b']);
  const init = { method: 'DELETE' };
  await world.request('/v1/groups/a', world.keyFor('admin', '*'), init);
  expect((await read(world, '', 'a', 'b')).ids).toEqual(['b']);
  expect((await read(world)).ids).toEqual(['b']);
  expect(world.dynamodb.items<Overview>('overviews').map(({ groupId }) => groupId)).toEqual(['b']);
});

it('two readers at once compute it once', async () => {
  const world = setUp('a', 'b');
  const waiting: (() => void)[] = [];
  world.context.waitForOverview = () => new Promise<void>((resolve) => waiting.push(resolve));
  const first = read(world).then((answer) => {
    for (const go of waiting) go();
    return answer;
  });
  const [one, two] = await Promise.all([first, read(world)]);
  expect(one.ids).toEqual(['a', 'b']);
  expect(two.ids).toEqual(['a', 'b']);
  expect([...world.computed].sort()).toEqual(['a', 'b']);
});

it('a reader that ended without storing it holds up nobody for long', async () => {
  const world = setUp('demo');
  expect(await world.context.overviews.claim('demo', 24, 'killed')).toEqual({ isOwn: true });
  let waits = 0;
  world.context.waitForOverview = async () => {
    waits += 1;
  };
  expect((await read(world)).ids).toEqual(['demo']);
  expect(waits).toBe(5);
  world.clock.advance(30_000);
  await read(world);
  expect(waits).toBe(5);
  expect(world.computed).toEqual(['demo', 'demo']);
  await read(world);
  expect(world.computed).toEqual(['demo', 'demo']);
});

it.each(['SET', 'REMOVE'])('a write of the cache that fails (%s) does not fail the read', async (part) => {
  const world = setUp('demo');
  const { before } = world.dynamodb;
  world.dynamodb.before = (call, input) => {
    before(call, input);
    if (call === 'UpdateItem' && input.TableName === 'overviews' && input.UpdateExpression?.includes(part))
      throw new Error('throttled');
  };
  expect((await read(world)).ids).toEqual(['demo']);
  expect(world.log.codes()).toContain('overview-not-cached');
});

it('an error while it is computed is not an overview, and the next reader computes it', async () => {
  const world = setUp('demo');
  const { before } = world.dynamodb;
  world.dynamodb.before = (call, input) => {
    before(call, input);
    if (call === 'Query' && input.TableName === 'backups') throw new Error('down');
  };
  expect(await world.request('/v1/summary', world.keyFor('read', '*'))).toMatchObject({ status: 500 });
  expect(world.dynamodb.items('overviews')).toEqual([]);
  world.dynamodb.before = before;
  expect((await read(world)).ids).toEqual(['demo']);
});

it('I-8 one request computes 25 at most, and shows 100 that are known', async () => {
  const ids = Array.from({ length: 60 }, (_, index) => `g${100 + index}`);
  const world = setUp(...ids);
  const found: string[] = [];
  const sizes: number[] = [];
  let cursor: unknown;
  do {
    const page = await read(world, cursor ? `cursor=${cursor}` : '');
    found.push(...page.ids);
    sizes.push(page.ids.length);
    cursor = page.cursor;
  } while (cursor);
  expect(found).toEqual(ids);
  expect(sizes).toEqual([25, 25, 10]);
  expect(world.computed).toEqual(ids);
  expect(await read(world)).toMatchObject({ ids, cursor: undefined });
  expect(world.computed).toEqual(ids);
  expect((await world.request('/v1/summary?limit=101', world.keyFor('read', '*'))).status).toBe(400);
});

it('labels choose the groups; what is malformed is refused', async () => {
  const world = setUp('none');
  world.group('a', { labels: { customer: 'acme' } });
  world.group('b', { labels: { customer: 'acme', stage: 'test' } });
  await record(world, 'b', 1);
  expect((await read(world, 'label=customer=acme')).ids).toEqual(['a', 'b']);
  expect((await read(world, 'label=customer=acme&limit=1')).ids).toEqual(['a']);
  const first = await read(world, 'label=customer=acme&limit=1');
  expect((await read(world, `label=customer=acme&limit=1&cursor=${first.cursor}`)).ids).toEqual(['b']);
  const both = await world.request(
    '/v1/summary?label=customer=acme&label=stage=test',
    world.keyFor('read', '*'),
  );
  expect(both.body).toMatchObject({ outcomes: { succeeded: 1 }, items: [{ groupId: 'b' }] });
  expect((await read(world, 'label=customer=nobody')).items).toEqual([]);
  expect(await world.request('/v1/summary?label=customer', world.keyFor('read', '*'))).toMatchObject({
    status: 400,
    body: { code: 'request-not-valid' },
  });
});

it('long names cannot make a summary larger than an answer can be', async () => {
  const world = setUp('demo');
  const { dynamodb, clock } = world;
  for (let index = 0; index < 110; index++)
    dynamodb.set('backups', {
      groupId: 'demo',
      clientPolicy: `pair${index}`,
      clientName: `${index}${'"'.repeat(60_000)}`,
      policyName: 'daily',
      backups: packBackups([
        {
          jobId: index,
          parentJobId: index,
          jobType: 'BACKUP',
          startTime: 1_700_000_000,
          endedAt: 1_700_000_060,
          status: 0,
          isFull: false,
          isParent: false,
        },
      ]),
      expiresAt: Math.floor(clock() / 1000) + 1_000,
    });
  const answer = await world.request('/v1/groups/demo/summary', world.keyFor('read', '*'));
  expect(answer).toMatchObject({ status: 200, body: { complete: false } });
  expect(JSON.stringify(JSON.stringify(answer.body)).length).toBeLessThan(6_000_000);
  const shown = (answer.body['lastGoodBackups'] as unknown[]).length;
  expect(shown).toBeGreaterThan(10);
  expect(answer.body['omitted']).toEqual({ lastGoodBackups: 110 - shown });
});
