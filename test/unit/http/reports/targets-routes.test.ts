import { apiRoutes } from '../../../../lambdas/http/api-routes.ts';
import { applyMessage } from '../../../../lambdas/reports/apply-message.ts';
import { apiWorld } from '../../../support/api.ts';
import { fakeBus } from '../../../support/fakes.ts';
import { jobs, notificationText } from '../../../support/notifications.ts';

const HOUR = 3_600;
/** A Monday. */
const NOW = Date.parse('2026-01-26T12:00:00Z');
const lastNight = Date.parse('2026-01-25T20:00:00Z') / 1000;

const setUp = () => {
  const world = apiWorld(NOW);
  apiRoutes(world.app, { ...world.context, bus: fakeBus() });
  world.group('demo', { timeZone: 'Etc/UTC' });
  const done = async (
    jobId: number,
    clientName: string,
    policyName: string,
    startTime: number,
    status = 0,
  ) => {
    const job = {
      jobId,
      parentJobId: jobId,
      jobType: 'BACKUP',
      clientName,
      policyName,
      startTime,
      state: 'DONE',
      status,
    };
    const text = notificationText([jobs(job)], startTime + HOUR);
    await applyMessage(world.context.projection, { groupId: 'demo', text, receivedAt: NOW });
  };
  const admin = world.keyFor('admin', 'demo');
  const get = (path: string) => world.request(path, admin);
  const send = (method: string, path: string, body: unknown) => world.request(path, admin, { method, body });
  return { ...world, done, get, send };
};

it('targets: learned, by rule, by default, and retired; what was learned is shown', async () => {
  const { done, get, send } = setUp();
  for (let night = 0; night < 20; night++)
    await done(100 + night, 'web01', 'daily', lastNight - night * 24 * HOUR);
  await done(1, 'db01', 'daily', lastNight);
  await done(2, 'new01', 'daily', lastNight, 58);
  await done(3, 'test01', 'tests', lastNight);
  const changed = await send('PATCH', '/v1/groups/demo', {
    targets: [
      { client: 'DB*', targetHours: 13 },
      { policy: 'tests', retired: true },
    ],
  });
  expect(changed.body).toMatchObject({ targets: [{ client: 'DB*', targetHours: 13 }, { retired: true }] });
  expect((await get('/v1/groups/demo/targets')).body).toEqual({
    items: [
      {
        clientName: 'db01',
        policyName: 'daily',
        targetHours: 13,
        from: 'client',
        lastGoodAt: '2026-01-25T20:00:00.000Z',
        dueAt: '2026-01-26T09:00:00.000Z',
      },
      {
        clientName: 'new01',
        policyName: 'daily',
        targetHours: 192,
        from: 'default',
        dueAt: '2026-02-02T20:00:00.000Z',
      },
      { clientName: 'test01', policyName: 'tests', retired: true, lastGoodAt: '2026-01-25T20:00:00.000Z' },
      {
        clientName: 'web01',
        policyName: 'daily',
        targetHours: 31,
        from: 'learned',
        learned: { gapHours: 24, graceHours: 7, basis: 'same-time-of-week', goodBackups: 20 },
        lastGoodAt: '2026-01-25T20:00:00.000Z',
        dueAt: '2026-01-27T03:00:00.000Z',
      },
    ],
  });
  const first = await get('/v1/groups/demo/targets?limit=3');
  const rest = await get(`/v1/groups/demo/targets?limit=3&cursor=${String(first.body['cursor'])}`);
  expect([first.body['items'], rest.body['items'], rest.body['cursor']]).toMatchObject([
    { length: 3 },
    { length: 1 },
    undefined,
  ]);
});

it('a change of settings, and retiring, have the group evaluated at once', async () => {
  const { done, send, get, dynamodb } = setUp();
  const planned = () =>
    dynamodb.items<{ problem: string; dueAt: number }>('problems').find(({ problem }) => problem === 'agenda')
      ?.dueAt;
  await done(1, 'web01', 'daily', lastNight);
  expect(planned()).toBeUndefined();
  await send('PATCH', '/v1/groups/demo', { targetHours: 30 });
  expect(planned()).toBe(NOW);
  dynamodb.set('problems', { groupId: 'demo', problem: 'agenda', dueShard: 'due', dueAt: NOW + 1 });
  const retired = await send('POST', '/v1/groups/demo/backups/retire', { policyName: 'daily' });
  expect([retired.body, planned()]).toEqual([{ changed: 1 }, NOW]);
  expect((await get('/v1/groups/demo/targets')).body).toEqual({ items: [] });
});

it.each([
  [{ targetHours: 0 }, 'targetHours'],
  [{ targets: [{ client: '*', targetHours: 24 }] }, 'match everything'],
  [{ targets: [{ client: '*', policy: '**', retired: true }] }, 'match everything'],
  [{ targets: [{ policy: 'daily' }] }, 'either targetHours'],
  [{ targets: [{ policy: 'daily', targetHours: 24, retired: true }] }, 'either targetHours'],
  [{ targets: [{ label: 'tier=gold', targetHours: 24 }] }, 'settings of the deployment'],
])('%j is refused: %s', async (body, text) => {
  const { send } = setUp();
  const refused = await send('PATCH', '/v1/groups/demo', body);
  expect([refused.status, JSON.stringify(refused.body)]).toEqual([400, expect.stringContaining(text)]);
});
