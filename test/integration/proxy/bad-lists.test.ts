/** Invalid lists and invalid requests: each call ends with a clear response. */
import type { RestAnswer, RestRequest } from '../../../netbackup/simulator/rest/types.ts';
import { type Deployment, type HttpAnswer, startDeployment } from '../../support/deployment.ts';
import { differences } from '../../support/heavy-primary/compare.ts';
import { type HeavyDomain, heavyDomain } from '../../support/heavy-primary/domain.ts';
import type { HeavyOptions } from '../../support/heavy-primary/primary.ts';
import { all, growing, KB } from '../../support/heavy-primary/sizes.ts';

let deployment: Deployment;
let serial = 0;
beforeAll(async () => {
  deployment = await startDeployment();
});
afterAll(() => deployment.stop());

const LIST = '/config/hosts';
const JOBS = '/admin/jobs';
/** The most calls for a page of 100: each item by itself, and some failed ones. */
const MAX_CALLS = 120;

const domainWith = (options: HeavyOptions): Promise<HeavyDomain> =>
  heavyDomain(deployment, `bad-${++serial}`, options);
const get = ({ groupId }: HeavyDomain, path: string, version = '14.0'): Promise<HttpAnswer> =>
  deployment.http('GET', `/v1/groups/${groupId}/netbackup${path}`, {
    headers: { accept: `application/vnd.netbackup+json;version=${version}` },
  });
const calls = ({ heavy }: HeavyDomain) =>
  heavy.requests.filter(({ uri }) => uri !== '/netbackup/ping').length;
const ownOf = ({ heavy }: HeavyDomain, path: string): RestAnswer =>
  heavy.own({ method: 'GET', uri: `/netbackup${path}`, headers: {} });

const json = (value: unknown): RestAnswer => ({
  status: 200,
  headers: { 'content-type': 'application/vnd.netbackup+json;version=14.0' },
  body: typeof value === 'string' ? value : JSON.stringify(value),
});
const limitOf = ({ uri }: RestRequest): number =>
  Number(new URLSearchParams(uri.split('?')[1]).get('page[limit]') ?? 10);
const offsetOf = ({ uri }: RestRequest): number =>
  Number(new URLSearchParams(uri.split('?')[1]).get('page[offset]') ?? 0);
const item = (id: number) => ({ type: 'host', id: String(id), attributes: { name: 'x'.repeat(400) } });
const items = (from: number, count: number) =>
  Array.from({ length: count }, (_, place) => item(from + place));
const link = (path: string) => ({ next: { href: `https://primary.example.com/netbackup${path}` } });

/** A client gets NetBackup's response, or a clear problem. */
const isClear = ({ status, json: body, headers }: HttpAnswer): boolean =>
  status < 400 ||
  (status < 500 && typeof body?.errorMessage === 'string') ||
  (headers.get('content-type')?.includes('problem+json') === true && typeof body?.code === 'string');

describe('responses that do not depend on the request are returned unchanged', () => {
  const answers: readonly [string, RestAnswer][] = [
    ['no data', json({ meta: { pagination: { offset: 0, limit: 100, count: 500, next: 100 } }, links: {} })],
    [
      'data that is not a list',
      json({ data: { type: 'host', id: '1' }, meta: { pagination: { offset: 0 } } }),
    ],
    ['data: null', json({ data: null, meta: { pagination: { next: 'x' } } })],
    [
      'no data in an empty list',
      json({ data: [], meta: { pagination: { offset: 0, limit: 100, count: 0 } } }),
    ],
    ['meta of another shape', json({ data: items(1, 5), meta: { total: 5, pages: [1] } })],
    ['pagination that is a list', json({ data: items(1, 5), meta: { pagination: [{ next: 3 }] } })],
    ['pagination that is null', json({ data: items(1, 5), meta: { pagination: null } })],
    ['a list at the top', json(items(1, 5))],
    ['204', { status: 204, headers: {}, body: '' }],
    ['nothing at all, with 200', json('')],
    ['HTML', { status: 200, headers: { 'content-type': 'text/html' }, body: '<h1>Sign in</h1>' }],
    ['JSON that is cut off', { ...json('{"data":[{"id":"1"'), headers: { 'content-type': 'text/plain' } }],
    ['an error', { ...json({ errorCode: 8000, errorMessage: 'No.', attributeErrors: {} }), status: 401 }],
  ];
  test.each(answers)('%s', async (_, answer) => {
    const domain = await domainWith({ special: () => answer });
    for (const path of [`${LIST}?page[limit]=100`, `${JOBS}?page[limit]=100`, `${LIST}?page[disable]=true`]) {
      const before = calls(domain);
      expect(differences(await get(domain, path), answer, domain.base)).toEqual([]);
      expect(calls(domain) - before).toBeLessThanOrEqual(3);
    }
    expect(domain.ended()).toBe(0);
  });
});

describe('lists without an end', () => {
  const endless: readonly [string, (request: RestRequest) => RestAnswer][] = [
    [
      'empty pages, each with a next one by offset',
      (request) => {
        const pagination = {
          offset: offsetOf(request),
          limit: 100,
          next: offsetOf(request) + 100,
          count: 9_000,
        };
        return json({ data: [], meta: { pagination }, links: link(`${LIST}?page[offset]=100`) });
      },
    ],
    [
      'empty pages, each with a next one by cursor',
      () =>
        json({ data: [], meta: { pagination: { limit: 100, next: 'again' } }, links: link(`${JOBS}?a=1`) }),
    ],
    [
      'the same page again and again, by cursor',
      (request) =>
        json({ data: items(1, limitOf(request)), meta: { pagination: { next: 'again' } }, links: {} }),
    ],
    [
      'one item per page, with any page[limit]',
      (request) => {
        const pagination = { offset: offsetOf(request), limit: 1, next: offsetOf(request) + 1, count: 1e6 };
        return json({ data: items(offsetOf(request), 1), meta: { pagination }, links: {} });
      },
    ],
    [
      'hasNext without an end',
      (request) => {
        const pagination = { offset: offsetOf(request), limit: limitOf(request), hasNext: true };
        return json({ data: items(offsetOf(request), limitOf(request)), meta: { pagination }, links: {} });
      },
    ],
  ];
  test.each(endless)('%s', async (_, special) => {
    const domain = await domainWith({ special });
    for (const path of [`${LIST}?page[limit]=100`, `${JOBS}?page[limit]=100`]) {
      const before = calls(domain);
      const answer = await get(domain, path);
      expect(isClear(answer)).toBe(true);
      if (answer.status === 200) expect(answer.json.data.length).toBeLessThanOrEqual(100);
      expect(calls(domain) - before).toBeLessThanOrEqual(MAX_CALLS);
    }
    const before = calls(domain);
    const whole = await get(domain, '/asset-service/workloads/vmware/assets?page[disable]=true');
    expect(isClear(whole)).toBe(true);
    // 5 MB of these items, in pages of 25, at most; then it is refused.
    expect(calls(domain) - before).toBeLessThanOrEqual(600);
    expect(domain.ended()).toBe(0);
  });
});

describe('lists that change while they are read', () => {
  test('items that grow between pages', async () => {
    const size = growing(0.2 * KB, 60 * KB, 30);
    const domain = await domainWith({ lists: { hosts: { items: 40, size }, jobs: { items: 40, size } } });
    for (const path of [`${LIST}?page[limit]=40`, `${JOBS}?page[limit]=40`]) {
      await domain.ready();
      const before = calls(domain);
      const answer = await get(domain, path);
      expect(isClear(answer)).toBe(true);
      if (answer.status === 200) expect(differences(answer, ownOf(domain, path), domain.base)).toEqual([]);
      process.stdout.write(
        `growing, ${path}: ${answer.status}, ${calls(domain) - before} calls, ${domain.tooBig()} with 1009\n`,
      );
      expect(calls(domain) - before).toBeLessThanOrEqual(MAX_CALLS);
    }
  });

  test('items that became large since the last request', async () => {
    let bytes = 0.2 * KB;
    const change = { items: 30, size: () => bytes };
    const domain = await domainWith({ lists: { hosts: change } });
    const path = `${LIST}?page[limit]=30`;
    for (let again = 0; again < 2; again++)
      expect(differences(await get(domain, path), ownOf(domain, path), domain.base)).toEqual([]);
    expect(domain.tooBig()).toBe(0);
    bytes = 30 * KB;
    const before = calls(domain);
    const answer = await get(domain, path);
    expect(isClear(answer)).toBe(true);
    if (answer.status === 200) expect(differences(answer, ownOf(domain, path), domain.base)).toEqual([]);
    const found = domain.tooBig();
    process.stdout.write(
      `become large: ${answer.status}, ${calls(domain) - before} calls, ${found} with 1009\n`,
    );
    expect(found).toBeLessThanOrEqual(2);
    await domain.ready();
    expect(differences(await get(domain, path), ownOf(domain, path), domain.base)).toEqual([]);
    expect(domain.tooBig()).toBe(found);
  });

  test.each([
    ['shrinks', -7],
    ['grows', 7],
  ])('a list that %s with every call', async (_, by) => {
    let count = 130;
    const domain = await domainWith({
      special: (request) => {
        const [offset, limit] = [offsetOf(request), limitOf(request)];
        count = Math.max(0, count + by);
        const next = offset + limit < count ? offset + limit : undefined;
        const data = items(offset, Math.max(0, Math.min(limit, count - offset)));
        return json({ data, meta: { pagination: { offset, limit, count, next } }, links: {} });
      },
    });
    const answer = await get(domain, `${LIST}?page[limit]=100`);
    expect(answer.status).toBe(200);
    const ids = answer.json.data.map(({ id }: { id: string }) => Number(id));
    // No item is repeated or misplaced: a client that looks for a short page would stop, or count items twice.
    expect(ids).toEqual(ids.map((_: number, place: number) => place));
    expect(ids.length).toBeLessThanOrEqual(100);
    expect(calls(domain)).toBeLessThanOrEqual(MAX_CALLS);
  });

  test('a list that ignores page[limit]', async () => {
    const answer = json({ data: items(1, 40), meta: { pagination: { offset: 0, limit: 40, count: 40 } } });
    const domain = await domainWith({ special: () => answer });
    expect(differences(await get(domain, `${LIST}?page[limit]=100`), answer, domain.base)).toEqual([]);
    expect(calls(domain)).toBeLessThanOrEqual(3);
  });
});

describe('invalid requests', () => {
  const lists = { hosts: { items: 90, size: all(4 * KB) }, jobs: { items: 300 } };
  const cursor = ownCursor();
  test.each([
    `${LIST}?page[limit]=100000`,
    `${LIST}?page[limit]=101`,
    `${LIST}?page[limit]=abc`,
    `${LIST}?page[limit]=0`,
    `${LIST}?page[limit]=-1`,
    `${LIST}?page[limit]=`,
    `${LIST}?page[limit]=100&page[offset]=abc`,
    `${LIST}?page[limit]=100&page[offset]=99999`,
    `${LIST}?page[limit]=20&page[disable]=false`,
    `${JOBS}?page[limit]=100&page[after]=${cursor}&page[offset]=10`,
    `${JOBS}?page[limit]=100&page[after]=${cursor}&page[before]=${cursor}`,
    `${JOBS}?page[limit]=100&page[after]=nonsense`,
    // Jobs have no offsets in this version, and NetBackup returns the first page for any offset.
    `${JOBS}?page[limit]=100&page[offset]=10`,
  ])('the primary’s own answer: %s', async (path) => {
    const domain = await domainWith({ lists });
    expect(differences(await get(domain, path), ownOf(domain, path), domain.base)).toEqual([]);
    expect(calls(domain)).toBeLessThanOrEqual(40);
    expect(domain.ended()).toBe(0);
  });

  test.each([
    `${LIST}?page[limit]=50&page[limit]=60`,
    `${LIST}?page[limit]=100&page[after]=${cursor}`,
    `${LIST}?page[limit]=100&page[offset]=0&page[after]=${cursor}&page[before]=${cursor}`,
  ])('the primary’s own answer, or a clear error: %s', async (path) => {
    const domain = await domainWith({ lists });
    const answer = await get(domain, path);
    expect(isClear(answer)).toBe(true);
    if (answer.status === 200) expect(differences(answer, ownOf(domain, path), domain.base)).toEqual([]);
    expect(calls(domain)).toBeLessThanOrEqual(MAX_CALLS);
    expect(domain.ended()).toBeLessThanOrEqual(2);
  });
});

/** The cursor of the heavy primary after its third item. */
function ownCursor(): string {
  return Buffer.from('place 2').toString('base64url');
}

test('no internal error was logged', () => {
  expect(deployment.output.filter((line) => line.includes('"level":"ERROR"'))).toEqual([]);
});
