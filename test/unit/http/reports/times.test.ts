/** I-12, TRAP-2: every time of every answer, as a caller sees it. */
import { groupsRoutes } from '../../../../lambdas/http/groups/groups-routes.ts';
import { reportsRoutes } from '../../../../lambdas/http/reports/reports-routes.ts';
import { applyMessage } from '../../../../lambdas/reports/apply-message.ts';
import { apiWorld } from '../../../support/api.ts';
import { images, jobs, notificationText, storedMessage } from '../../../support/notifications.ts';

const HOUR = 3_600;
const DAY = 86_400;
const utc = (iso: string): number => Date.parse(iso) / 1000;
const iso = (seconds: number): string => new Date(seconds * 1000).toISOString();
type Body = Record<string, unknown>;

const setUp = (group: object = {}) => {
  const world = apiWorld();
  reportsRoutes(world.app, world.context);
  groupsRoutes(world.app, world.context);
  world.group('demo', group);
  const [reader, admin] = [world.keyFor('read', '*'), world.keyFor('admin', '*')];
  const get = async (path: string) => (await world.request(`/v1/groups/demo${path}`, reader)).body;
  return {
    get,
    ids: async (path: string) => ((await get(path))['items'] as Body[]).map((one) => one['jobId']),
    patch: (body: object) => world.request('/v1/groups/demo', admin, { method: 'PATCH', body }),
    send: (at: number, ...parts: object[]) =>
      applyMessage(world.context.projection, storedMessage(notificationText(parts, at), at * 1000)),
  };
};
const job = (jobId: number, startTime: unknown, more: object = {}) =>
  jobs({
    jobId,
    parentJobId: jobId,
    jobType: 'BACKUP',
    state: 'DONE',
    status: 0,
    startTime,
    clientName: 'vm01',
    policyName: 'daily',
    ...more,
  });
const image = (backupTime: number, createdTime: number, more: object = {}) =>
  images({
    backupId: `vm01_${backupTime}`,
    operationId: 'CREATE',
    clientName: 'vm01',
    backupTime,
    createdTime,
    ...more,
  });

describe('without a time zone', () => {
  const begun = utc('2023-11-14T20:00:00Z');

  it('nothing has a time that pretends to be UTC while the offset is unknown', async () => {
    const { get, send } = setUp();
    await send(begun + 600, job(1, begun - 2 * HOUR));
    expect(await get('')).toMatchObject({ utcOffset: { source: 'unknown' } });
    expect(await get('')).not.toHaveProperty('utcOffsetSeconds');
    expect(await get('/jobs/1')).not.toHaveProperty('startedAt');
    expect((await get('/summary'))['lastGoodBackups']).toEqual([
      { clientName: 'vm01', policyName: 'daily', jobId: 1, outcome: 'succeeded' },
    ]);
  });

  it('an estimate is marked, and replaced by what a job and its image show', async () => {
    const { get, send } = setUp();
    await send(begun + 600, job(1, begun + 5 * HOUR));
    await send(begun + 640, image(begun, begun + 5 * HOUR + 600));
    expect(await get('')).toMatchObject({
      utcOffset: { seconds: 18_000, source: 'estimated' },
      utcOffsetSeconds: 18_000,
    });
    expect(await get('/jobs/1')).toMatchObject({ startedAt: iso(begun), estimated: true });
    const next = begun + HOUR;
    await send(next + 600, job(2, next + 5 * HOUR), image(next, next + 5 * HOUR + 500));
    expect(await get('')).toMatchObject({ utcOffset: { seconds: 18_000, source: 'learned' } });
    expect(await get('/jobs/1')).toMatchObject({ startedAt: iso(begun) });
    expect(await get('/jobs/1')).not.toHaveProperty('estimated');
  });
});

describe('with a time zone', () => {
  const begun = utc('2023-11-14T20:00:00Z');

  it.each([
    ['America/New_York', 18_000],
    ['Europe/Berlin', -3_600],
    ['Asia/Kathmandu', -20_700],
    ['Australia/Lord_Howe', -39_600],
  ])('%s decides at once, and a change re-answers the past', async (timeZone, offset) => {
    const { get, ids, patch, send } = setUp({ timeZone });
    await send(begun + 600, job(1, begun + offset));
    expect(await get('/jobs/1')).toMatchObject({ startedAt: iso(begun) });
    expect(await ids(`/jobs?from=${begun}&to=${begun + 1}`)).toEqual([1]);
    expect((await get('/summary'))['lastGoodBackups']).toMatchObject([{ startedAt: iso(begun) }]);
    await patch({ timeZone: 'Asia/Kolkata' });
    const moved = begun + offset + 19_800;
    expect(await get('/jobs/1')).toMatchObject({ startedAt: iso(moved) });
    expect(await ids(`/jobs?from=${moved}&to=${moved + 1}`)).toEqual([1]);
    expect(await ids(`/jobs?from=${begun}&to=${begun + 1}`)).toEqual(moved === begun ? [1] : []);
    await patch({ timeZone: null });
    // A job that seems to start after its report shows that the offset is not zero.
    expect((await get('/jobs/1'))['estimated']).toBe(offset > 0 ? true : undefined);
    expect((await get(''))['utcOffset']).toMatchObject({ source: offset > 0 ? 'estimated' : 'unknown' });
  });

  it('what a job and its image contradict is a warning, until the zone is right', async () => {
    const { get, patch, send } = setUp({ timeZone: 'Europe/London' });
    await send(begun + 600, job(1, begun - HOUR), image(begun, begun - HOUR + 500));
    expect(await get('')).toMatchObject({
      utcOffset: { seconds: 0, source: 'configured', warning: expect.stringContaining('Europe/London') },
    });
    expect((await patch({ timeZone: 'Europe/Berlin' })).body).toMatchObject({
      utcOffset: { seconds: -3_600, source: 'configured' },
    });
    expect((await get(''))['utcOffset']).not.toHaveProperty('warning');
  });
});

describe('a local time that is repeated, reported a day later', () => {
  const change = utc('2023-03-12T07:00:00Z');
  const [first, second] = [change - 600, change - 600 + HOUR];
  const local = first + 18_000;
  const reported = change + DAY;
  const ranges = [`/jobs?from=${first}&to=${first + 1}`, `/jobs?from=${second}&to=${second + 1}`] as const;

  it('is ambiguous, and listed by what is shown', async () => {
    const { get, ids, send } = setUp({ timeZone: 'America/New_York' });
    await send(reported, job(1, local));
    const shown = { startedAt: iso(first), ambiguous: true };
    expect(await get('/jobs/1')).toMatchObject(shown);
    expect(await get('/jobs')).toMatchObject({ items: [shown] });
    expect(await get('/jobs/1/tree')).toMatchObject({ root: shown });
    expect([await ids(ranges[0]), await ids(ranges[1])]).toEqual([[1], []]);
  });

  it.each([
    [first, 0],
    [second, 1],
  ])('is decided by the image of %d, in every answer', async (backupTime, range) => {
    const { get, ids, send } = setUp({ timeZone: 'America/New_York' });
    await send(reported, job(1, local), image(backupTime, second + 14_400 + 600));
    const shown = { startedAt: iso(backupTime) };
    const answers = [
      await get('/jobs/1'),
      ((await get('/jobs'))['items'] as Body[])[0],
      (await get('/jobs/1/tree'))['root'],
      (await get(`/images/vm01_${backupTime}`))['job'],
    ];
    for (const answer of answers) {
      expect(answer).toMatchObject(shown);
      expect(answer).not.toHaveProperty('ambiguous');
    }
    expect(await ids(ranges[range as 0 | 1])).toEqual([1]);
    expect(await ids(ranges[(1 - range) as 0 | 1])).toEqual([]);
    expect(await get('/jobs/1/tree')).toMatchObject({
      root: { images: [{ backupId: `vm01_${backupTime}` }] },
    });
  });

  it('is decided by its first report, whatever is reported later', async () => {
    const { get, send } = setUp({ timeZone: 'America/New_York' });
    await send(reported, job(1, local));
    await send(first + 40, job(1, local, { state: 'ACTIVE' }));
    expect(await get('/jobs/1')).toMatchObject({ startedAt: iso(first) });
    expect(await get('/jobs/1')).not.toHaveProperty('ambiguous');
  });

  it('a report from before a job was given this start does not decide', async () => {
    const { get, send } = setUp({ timeZone: 'America/New_York' });
    await send(first + 600, job(1, 0, { state: 'QUEUED' }));
    await send(reported, job(1, local));
    expect(await get('/jobs/1')).toMatchObject({ ambiguous: true });
  });
});

describe('an invalid startTime', () => {
  const reported = utc('2023-11-14T20:00:00Z');

  it.each([0, 1, 946_684_799, reported + 36 * HOUR + 1, 4_000_000_000, 'x', undefined])(
    '%j: the job is listed by its report, and nothing has an age',
    async (startTime) => {
      for (const timeZone of ['America/New_York', 'Europe/Berlin', undefined]) {
        const { get, ids, send } = setUp({ timeZone });
        await send(reported, job(1, startTime));
        await send(reported - DAY, job(2, startTime, { state: 'ACTIVE', clientName: 'vm02' }));
        expect(await get('/jobs/1')).not.toHaveProperty('startedAt');
        expect(await ids(`/jobs?from=${reported}&to=${reported + 1}`)).toEqual([1]);
        expect(await ids(`/jobs?from=${reported + 1}`)).toEqual([]);
        expect(await ids(`/jobs?to=${reported}`)).toEqual([2]);
        const summary = await get('/summary');
        expect(summary).toMatchObject({ outcomes: { succeeded: 1 } });
        expect(JSON.stringify(summary)).not.toMatch(/"ageHours"|:-\d/);
      }
    },
  );

  it('up to 36 hours ahead is one, without a negative age', async () => {
    const { get, send } = setUp({ timeZone: 'Europe/Berlin' });
    await send(reported, job(1, reported + 36 * HOUR));
    expect(await get('/jobs/1')).toMatchObject({ startedAt: iso(reported + 37 * HOUR) });
    expect((await get('/summary'))['lastGoodBackups']).toMatchObject([{ ageHours: 0 }]);
  });
});
