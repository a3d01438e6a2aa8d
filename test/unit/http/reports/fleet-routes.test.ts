import { reportsRoutes } from '../../../../lambdas/http/reports/reports-routes.ts';
import { apiWorld } from '../../../support/api.ts';
import { images, interpretText, jobs, notificationText } from '../../../support/notifications.ts';

const HOUR = 3600;
/** 14 November 2023, 22:13:20 UTC. */
const NIGHT = 1_700_000_000;
const AHEAD = { tokyo: -9 * HOUR, york: 5 * HOUR, london: 0 } as const;
const ZONES = { tokyo: 'Asia/Tokyo', york: 'America/New_York', london: 'Europe/London' } as const;

type World = ReturnType<typeof apiWorld>;
const record = async (world: World, groupId: string, ...data: Record<string, unknown>[]) => {
  for (const one of interpretText(notificationText([jobs(...data)], NIGHT + 50 * HOUR)))
    if (one.kind === 'JOB') await world.context.jobs.record(groupId, one.jobId, [one], 400);
};

/** Three primaries, whose jobs 0, 1, 2 … start an hour apart at the same moments; job ids are the same. */
const setUp = async () => {
  const world = apiWorld();
  reportsRoutes(world.app, world.context);
  for (const [groupId, seconds] of Object.entries(AHEAD)) {
    world.group(groupId, {
      timeZone: ZONES[groupId as keyof typeof ZONES],
      labels: { customer: groupId === 'tokyo' ? 'umbrella' : 'acme', region: groupId },
    });
    await record(
      world,
      groupId,
      ...[0, 1, 2, 3].map((jobId) => ({
        jobId,
        parentJobId: jobId,
        state: jobId === 3 ? 'ACTIVE' : 'DONE',
        status: jobId,
        startTime: NIGHT + jobId * HOUR + seconds,
        clientName: `client-${jobId}`,
        policyName: jobId === 0 ? '' : 'daily',
      })),
    );
    for (const index of [0, 1]) {
      const backupTime = NIGHT + index * HOUR;
      const text = notificationText([
        images({
          backupId: `${groupId}_${backupTime}`,
          operationId: index ? 'DELETE' : 'CREATE',
          backupTime,
        }),
      ]);
      for (const one of interpretText(text))
        if (one.kind === 'IMAGE') await world.context.images.record(groupId, one.backupId, [one], 400);
    }
  }
  return world;
};

const nameOf = ({ groupId, jobId, backupId }: Record<string, unknown>) => `${groupId} ${jobId ?? backupId}`;
/** The whole list, in pages of `limit`. */
const list = async (world: World, path: string, query: string, groups = ['*'], limit = 2) => {
  const key = world.keyFor('read', ...groups);
  const found: string[] = [];
  let cursor = '';
  do {
    const answer = await world.request(`${path}?limit=${limit}&${query}${cursor}`, key);
    expect([query, answer.status]).toEqual([query, 200]);
    const items = answer.body['items'] as Record<string, unknown>[];
    expect(items.length).toBeLessThanOrEqual(limit);
    found.push(...items.map(nameOf));
    cursor = answer.body['cursor'] ? `&cursor=${answer.body['cursor']}` : '';
  } while (cursor !== '');
  return found;
};

describe('GET /v1/jobs', () => {
  it('I-12 lists the jobs of all groups by their moments, not by their local times', async () => {
    const world = await setUp();
    const oldestFirst = [0, 1, 2, 3].flatMap((jobId) =>
      ['london', 'tokyo', 'york'].map((groupId) => `${groupId} ${jobId}`),
    );
    for (const limit of [1, 2, 5, 1000]) {
      expect(await list(world, '/v1/jobs', 'order=asc', ['*'], limit)).toEqual(oldestFirst);
      expect(await list(world, '/v1/jobs', '', ['*'], limit)).toEqual([...oldestFirst].reverse());
    }
    const { body } = await world.request('/v1/jobs?limit=1', world.keyFor('read', '*'));
    expect(body['items']).toMatchObject([
      { groupId: 'york', jobId: 3, outcome: 'running', startedAt: '2023-11-15T01:13:20.000Z' },
    ]);
  });

  it.each<[string, string[]]>([
    ['outcome=failed', ['york 2', 'tokyo 2', 'london 2']],
    ['status=0,1&order=asc&clientName=client-1', ['london 1', 'tokyo 1', 'york 1']],
    ['policyName=daily&state=ACTIVE', ['york 3', 'tokyo 3', 'london 3']],
    ['parentJobId=1&label=customer=acme', ['york 1', 'london 1']],
    ['from=2023-11-14T23:13:20Z&to=2023-11-15T00:13:20Z', ['york 1', 'tokyo 1', 'london 1']],
    ['label=customer=acme&label=region=york', ['york 3', 'york 2', 'york 1', 'york 0']],
    ['label=customer=acme&label=region=tokyo', []],
    ['label=customer=nobody', []],
    ['label=nothing=acme', []],
  ])('%s', async (query, expected) => {
    expect(await list(await setUp(), '/v1/jobs', query)).toEqual(expected);
  });

  it('I-13 shows only the groups of the key', async () => {
    const world = await setUp();
    const own = ['tokyo', 'not-there'];
    expect(await list(world, '/v1/jobs', '', own)).toEqual(['tokyo 3', 'tokyo 2', 'tokyo 1', 'tokyo 0']);
    expect(await list(world, '/v1/jobs', 'label=customer=acme', own)).toEqual([]);
    // The cursor of another key gives nothing either.
    const all = await world.request('/v1/jobs?limit=1', world.keyFor('read', '*'));
    const { body } = await world.request(
      `/v1/jobs?limit=100&cursor=${all.body['cursor']}`,
      world.keyFor('read', 'tokyo'),
    );
    expect((body['items'] as Record<string, unknown>[]).map(nameOf)).toEqual([
      'tokyo 3',
      'tokyo 2',
      'tokyo 1',
      'tokyo 0',
    ]);
  });

  it('I-3 a page is read on while jobs arrive, a time zone changes, and groups come and go', async () => {
    const world = await setUp();
    const key = world.keyFor('read', '*');
    const found: string[] = [];
    const page = async (cursor: unknown) => {
      const answer = await world.request(`/v1/jobs?limit=3${cursor ? `&cursor=${cursor}` : ''}`, key);
      found.push(...(answer.body['items'] as Record<string, unknown>[]).map(nameOf));
      return answer.body['cursor'];
    };
    const second = await page(await page(undefined));
    await record(world, 'london', { jobId: 90, state: 'ACTIVE', startTime: NIGHT + 9 * HOUR });
    world.group('tokyo', { timeZone: 'Asia/Shanghai' });
    const third = await page(second);
    world.group('another');
    world.dynamodb.set('groups', { groupId: 'york', kind: 'deleting' });
    for (let cursor = third; cursor; ) cursor = await page(cursor);
    expect(new Set(found).size).toBe(found.length);
    const before = ['london', 'tokyo'].flatMap((groupId) => [0, 1, 2, 3].map((id) => `${groupId} ${id}`));
    expect(found).toEqual(expect.arrayContaining([...before, 'york 3', 'york 2']));
    expect(found).not.toContain('london 90');
  });

  it('an empty fleet has no jobs', async () => {
    const world = apiWorld();
    reportsRoutes(world.app, world.context);
    expect(await world.request('/v1/jobs', world.keyFor('read', '*'))).toMatchObject({
      status: 200,
      body: { items: [] },
    });
  });

  it('I-8 refuses a list over more groups than one request reads', async () => {
    const world = await setUp();
    for (let index = 0; index < 250; index++)
      world.group(`g${index}`, { labels: { half: String(index % 2) } });
    expect(await world.request('/v1/jobs', world.keyFor('read', '*'))).toMatchObject({
      status: 400,
      body: { code: 'too-many-groups', detail: expect.stringContaining('label=') },
    });
    expect(await list(world, '/v1/jobs', 'label=customer=acme&outcome=failed')).toEqual([
      'york 2',
      'london 2',
    ]);
    expect(await list(world, '/v1/jobs', 'label=half=0')).toEqual([]);
  });

  it.each([
    ['/v1/jobs?label=acme', 'request-not-valid'],
    ['/v1/jobs?label=customer=acme&label=', 'request-not-valid'],
    ['/v1/jobs?groupId=tokyo', 'request-not-valid'],
    ['/v1/jobs?limit=0', 'request-not-valid'],
    ['/v1/jobs?from=2023-11-15&to=2023-11-14', 'request-not-valid'],
    ['/v1/jobs?operation=CREATE', 'request-not-valid'],
    ['/v1/jobs?cursor=x', 'cursor-not-valid'],
    ['/v1/images?label=acme', 'request-not-valid'],
    ['/v1/images?state=DONE', 'request-not-valid'],
    ['/v1/images?cursor=x', 'cursor-not-valid'],
  ])('%s is refused: %s', async (path, code) => {
    const world = await setUp();
    expect(await world.request(path, world.keyFor('read', '*'))).toMatchObject({
      status: 400,
      body: { code },
    });
  });

  it('a cursor belongs to its filters, its labels and its list, and cannot be made up', async () => {
    const world = await setUp();
    const key = world.keyFor('read', '*');
    const { body } = await world.request('/v1/jobs?limit=1&label=customer=acme', key);
    const cursor = String(body['cursor']);
    const [name, place] = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    const made = [
      ...['', '[1.5]', '[null]', '{}', '[9e99]', '["\\ud800"]', 'x'].map((marks) => ({
        marks: place.marks.slice(0, 22) + marks,
      })),
      { time: Number.MAX_SAFE_INTEGER, marks: `${'x'.repeat(22)}[]` },
      { at: '\ud800' },
    ].map((more) => Buffer.from(JSON.stringify([name, { ...place, ...more }])).toString('base64url'));
    for (const path of [
      `/v1/jobs?limit=1&label=customer=acme&outcome=failed&cursor=${cursor}`,
      `/v1/jobs?limit=1&cursor=${cursor}`,
      `/v1/images?limit=1&label=customer=acme&cursor=${cursor}`,
      ...made.map((text) => `/v1/jobs?limit=1&label=customer=acme&cursor=${text}`),
    ])
      expect([path, (await world.request(path, key)).body['code']]).toEqual([path, 'cursor-not-valid']);
    // What can be a cursor is one, wherever it points.
    const far = [
      name,
      { time: 1e11, groupId: 'zzz', at: '9'.repeat(900), marks: `${place.marks.slice(0, 22)}[]` },
    ];
    const text = Buffer.from(JSON.stringify(far)).toString('base64url');
    expect(await world.request(`/v1/jobs?label=customer=acme&cursor=${text}`, key)).toMatchObject({
      status: 200,
    });
  });
});

describe('GET /v1/images', () => {
  const late = ['york', 'tokyo', 'london'].map((groupId) => `${groupId} ${groupId}_${NIGHT + HOUR}`);
  const early = ['york', 'tokyo', 'london'].map((groupId) => `${groupId} ${groupId}_${NIGHT}`);

  it('lists the images of all groups by backupTime, which is UTC everywhere', async () => {
    const world = await setUp();
    expect(await list(world, '/v1/images', '')).toEqual([...late, ...early]);
    expect(await list(world, '/v1/images', 'order=asc')).toEqual([
      ...[...early].reverse(),
      ...[...late].reverse(),
    ]);
  });

  it.each<[string, string[]]>([
    ['restorable=true', early],
    ['operation=DELETE', late],
    ['to=2023-11-14T23:13:20Z&label=region=york', early.slice(0, 1)],
    ['label=customer=nobody', []],
  ])('%s', async (query, expected) => {
    expect(await list(await setUp(), '/v1/images', query)).toEqual(expected);
  });
});

it('lists over groups are NDJSON and CSV too, and name the next page', async () => {
  const world = await setUp();
  const ask = (path: string, accept: string) =>
    world.app.request(path, { headers: { 'x-api-key': world.keyFor('read', '*'), accept } }, {});
  const ndjson = await ask('/v1/jobs?limit=2', 'application/x-ndjson');
  expect(
    (await ndjson.text())
      .trim()
      .split('\n')
      .map((line) => nameOf(JSON.parse(line))),
  ).toEqual(['york 3', 'tokyo 3']);
  expect(ndjson.headers.get('link')).toMatch(
    /^<https:\/\/api\.example\.com\/v1\/jobs\?limit=2&cursor=[\w-]+>; rel="next"$/,
  );
  const csv = await (await ask('/v1/images?limit=1', 'text/csv')).text();
  expect(csv.split('\r\n').slice(0, 2)).toEqual([
    expect.stringMatching(/^groupId,backupId,/),
    expect.stringMatching(/^york,york_1700003600,/),
  ]);
});
