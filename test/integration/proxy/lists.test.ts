/** Lists whose pages are larger than the gateway's 128 KB: the client gets the page that it requested. */
import type { NetBackupPrimary } from '../../../netbackup/index.ts';
import { type Deployment, type HttpAnswer, startDeployment } from '../../support/deployment.ts';
import { restImage, withJobs } from '../../support/netbackup-data.ts';

let deployment: Deployment;
let primary: NetBackupPrimary;
let token: string;
const JOBS = 230;

beforeAll(async () => {
  deployment = await startDeployment();
  const details = await deployment.createGroup('lists');
  primary = deployment.primary([details]);
  withJobs(primary, JOBS);
  for (let serial = 0; serial < 130; serial++)
    primary.catalog.putImage(restImage(serial, deployment.clock.now()));
  if (!primary.isConnected()) await primary.when('connected');
  await deployment.cloud.drained();
  token = primary.rest.sessions.createApiKey('backupadmin').key;
});
afterAll(() => deployment.stop());

const get = async (uri: string, version = '14.0'): Promise<HttpAnswer> => {
  const answer = await deployment.http('GET', `/v1/groups/lists${uri}`, {
    headers: { authorization: token, accept: `application/vnd.netbackup+json;version=${version}` },
  });
  expect([answer.status, answer.status === 200 ? '' : answer.text]).toEqual([200, '']);
  return answer;
};
const idsOf = ({ json }: HttpAnswer): number[] => json.data.map(({ id }: { id: string }) => Number(id));
const largestAsked = () =>
  Math.max(
    ...primary.ledger.map(({ uri }) => Number(/page(?:\[|%5B)limit(?:\]|%5D)=(\d+)/i.exec(uri)?.[1] ?? 0)),
  );
const newestFirst = Array.from({ length: JOBS }, (_, index) => JOBS - index);

/** Follows `links.next.href` to the end, as clients do that use links only. */
const followLinks = async (uri: string, version?: string): Promise<HttpAnswer[]> => {
  const pages: HttpAnswer[] = [];
  for (let next: string | undefined = uri; next; ) {
    const page = await get(next, version);
    pages.push(page);
    const href: string | undefined = page.json.links.next?.href;
    expect(href?.startsWith(`${deployment.cloud.apiUrl}/v1/groups/lists/netbackup/`) ?? true).toBe(true);
    next = href?.slice(`${deployment.cloud.apiUrl}/v1/groups/lists`.length);
  }
  return pages;
};

describe('cursor style', () => {
  test('a page of 100 jobs, and next pages by links.next.href', async () => {
    const pages = await followLinks('/netbackup/admin/jobs?page[limit]=100');
    expect(pages.map((page) => page.json.data.length)).toEqual([100, 100, 30]);
    expect(pages.flatMap(idsOf)).toEqual(newestFirst);
    expect(largestAsked()).toBeLessThanOrEqual(51);
  });

  test('next pages by meta.pagination.next, with an unchanged filter', async () => {
    const found: number[] = [];
    const filter = 'filter=jobType+eq+%27BACKUP%27';
    let after = '';
    do {
      const page = await get(`/netbackup/admin/jobs?${filter}&page%5Blimit%5D=100${after}`);
      expect(page.json.meta.pagination.limit).toBe(100);
      found.push(...idsOf(page));
      const { next } = page.json.meta.pagination;
      after = next === undefined ? '' : `&page%5Bafter%5D=${next}`;
    } while (after);
    expect(found).toEqual(newestFirst);
    for (const { uri } of primary.ledger.slice(-5)) expect(uri).toContain(filter);
  });

  test('backwards: the page before the last one', async () => {
    const [first, second] = await followLinks('/netbackup/admin/jobs?page[limit]=100');
    const href: string = second?.json.links.prev.href;
    const before = await get(href.slice(`${deployment.cloud.apiUrl}/v1/groups/lists`.length));
    expect(idsOf(before)).toEqual(idsOf(first as HttpAnswer));
  });

  test('links of a joined page have the same page size', async () => {
    const { json } = await get('/netbackup/admin/jobs?page[limit]=100');
    const limits = Object.values(json.links as Record<string, { href: string }>).map(({ href }) =>
      new URL(href).searchParams.get('page[limit]'),
    );
    expect(limits).toEqual(['100', '100', '100']);
    expect(json.data[0].links.self.href).toBe(
      `${deployment.cloud.apiUrl}/v1/groups/lists/netbackup/admin/jobs/${JOBS}`,
    );
  });
});

describe('offset style', () => {
  test('pages of 100 until one is shorter, as old clients do', async () => {
    const found: number[] = [];
    let length = 100;
    for (let offset = 0; length === 100; offset += 100) {
      const page = await get(`/netbackup/admin/jobs?page[offset]=${offset}&page[limit]=100`, '8.0');
      length = page.json.data.length;
      found.push(...idsOf(page));
      expect(page.json.meta.pagination).toMatchObject({
        offset,
        limit: 100,
        count: JOBS,
        page: offset / 100,
        pages: 3,
        last: 200,
      });
    }
    expect(found).toEqual(newestFirst);
  });

  test('the same by links', async () => {
    const pages = await followLinks('/netbackup/admin/jobs?page[limit]=100', '8.0');
    expect(pages.map((page) => page.json.data.length)).toEqual([100, 100, 30]);
    expect(pages.flatMap(idsOf)).toEqual(newestFirst);
    expect(new URL(pages[1]?.json.links.prev.href).searchParams.get('page[offset]')).toBe('0');
    expect(pages[2]?.json.links).not.toHaveProperty('next');
  });

  test('a hundred images of three kilobytes', async () => {
    const pages = await followLinks('/netbackup/catalog/images?page[limit]=100');
    expect(pages.map((page) => page.json.data.length)).toEqual([100, 30]);
    const ids = pages.flatMap((page) => page.json.data.map(({ id }: { id: string }) => id));
    expect(new Set(ids).size).toBe(130);
  });
});

test('all pages are requested in one version, also if it is learned from the first response', async () => {
  const details = await deployment.createGroup('unknown');
  const fresh = deployment.primary([details]);
  withJobs(fresh, 120);
  if (!fresh.isConnected()) await fresh.when('connected');
  await deployment.cloud.drained();
  const { key } = fresh.rest.sessions.createApiKey('backupadmin');
  const page = await deployment.http('GET', '/v1/groups/unknown/netbackup/admin/jobs?page[limit]=100', {
    headers: { authorization: key },
  });
  expect(idsOf(page)).toEqual(Array.from({ length: 100 }, (_, index) => 120 - index));
  expect((await deployment.http('GET', '/v1/groups/unknown')).json.netbackupApiVersion).toBe('14.0');
});

test('a page that is known to fit is requested unchanged', async () => {
  const before = primary.ledger.length;
  const page = await get('/netbackup/admin/jobs?page[limit]=5');
  expect(page.json.meta.pagination.limit).toBe(5);
  expect(primary.ledger.slice(before).map(({ uri }) => uri)).toEqual(['/netbackup/admin/jobs?page[limit]=5']);
});

test('NetBackup refuses a page[limit] above its maximum', async () => {
  const answer = await deployment.http('GET', '/v1/groups/lists/netbackup/admin/jobs?page[limit]=101', {
    headers: { authorization: token },
  });
  expect(answer.status).toBe(400);
});

test('one connection was enough', () => {
  expect(primary.violations).toEqual([]);
  const closed = deployment.output.filter((line) => line.includes('"connection-closed"'));
  expect(closed).toEqual([]);
  expect(deployment.output.filter((line) => line.includes('"level":"ERROR"'))).toEqual([]);
});
