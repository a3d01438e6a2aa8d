/** An item that is larger than a message: how many connections it closes, and only once. */
import { type Deployment, type HttpAnswer, startDeployment } from '../../support/deployment.ts';
import { type HeavyDomain, heavyDomain } from '../../support/heavy-primary/domain.ts';
import type { ListName } from '../../support/heavy-primary/lists.ts';
import { all, KB, withOne } from '../../support/heavy-primary/sizes.ts';

let deployment: Deployment;
beforeAll(async () => {
  deployment = await startDeployment();
});
afterAll(() => deployment.stop());

const PLACE = 42;
/** Sends a request after NetBackup has reconnected. */
const get = async ({ groupId, ready }: HeavyDomain, path: string): Promise<HttpAnswer> => {
  await ready();
  return deployment.http('GET', `/v1/groups/${groupId}/netbackup${path}`);
};
const refused = { status: 502, code: 'answer-too-large' };

const LISTS: readonly [ListName, string][] = [
  ['images', '/catalog/images'],
  ['jobs', '/admin/jobs'],
];

describe.each(LISTS)('in %s', (name, path) => {
  let domain: HeavyDomain;
  beforeAll(async () => {
    const size = withOne(all(4 * KB), PLACE, 200 * KB);
    domain = await heavyDomain(deployment, `giant-${name}`, { lists: { [name]: { items: 120, size } } });
  });

  test('a page before it: no connection is closed', async () => {
    const answer = await get(domain, `${path}?page[limit]=${PLACE}`);
    expect([answer.status, answer.json.data.length, domain.tooBig()]).toEqual([200, PLACE, 0]);
  });

  test('the page that contains it: refused, and at most a few connections are closed', async () => {
    const answer = await get(domain, `${path}?page[limit]=100`);
    process.stdout.write(`${name}: ${domain.tooBig()} connections for the item that is too large\n`);
    expect(answer.json).toMatchObject(refused);
    // One for the page, one for the item, one more if other responses of unknown size were under way.
    expect(domain.tooBig()).toBeLessThanOrEqual(3);
  });

  test('the same page repeatedly: no more connections are closed', async () => {
    const before = domain.tooBig();
    for (let again = 0; again < 3; again++)
      expect((await get(domain, `${path}?page[limit]=100`)).json).toMatchObject(refused);
    expect(domain.tooBig()).toBe(before);
  });

  test('another page that contains it: refused too, and no more connections are closed', async () => {
    const before = domain.tooBig();
    expect((await get(domain, `${path}?page[limit]=60`)).json).toMatchObject(refused);
    process.stdout.write(`${name}: ${domain.tooBig() - before} more for another page\n`);
    expect(domain.tooBig()).toBe(before);
  });

  test('pages without it are returned as before', async () => {
    const before = domain.tooBig();
    expect((await get(domain, `${path}?page[limit]=40`)).json.data).toHaveLength(40);
    expect(domain.tooBig()).toBe(before);
  });
});

test('a resource that is too large closes one connection, and none when it is requested again', async () => {
  const domain = await heavyDomain(deployment, 'giant-detail', { details: all(200 * KB) });
  expect((await get(domain, '/config/policies/huge')).json).toMatchObject(refused);
  const found = domain.tooBig();
  const before = domain.heavy.requests.length;
  process.stdout.write(`a resource: ${found} connections\n`);
  expect(found).toBeLessThanOrEqual(2);
  for (let again = 0; again < 3; again++)
    expect((await get(domain, '/config/policies/huge')).json).toMatchObject(refused);
  expect([domain.tooBig(), domain.heavy.requests.length]).toEqual([found, before]);
});
