/** The heavy primary, which other tests compare responses with, has the stated sizes, and finds wrong responses. */
import { differences, throughProxy } from '../support/heavy-primary/compare.ts';
import { LIST_NAMES, LISTS } from '../support/heavy-primary/lists.ts';
import { HeavyPrimary } from '../support/heavy-primary/primary.ts';
import { all, between, hashOf, KB, mixed } from '../support/heavy-primary/sizes.ts';

const get = (heavy: HeavyPrimary, path: string, version = '14.0') =>
  heavy.own({
    method: 'GET',
    uri: `/netbackup${path}`,
    headers: { Accept: `application/vnd.netbackup+json;version=${version}` },
  });
const pathOf = (path: string) => path.replace('*', 'vmware');
const BASE = 'https://api.example.com/v1/groups/g';

test.each(LIST_NAMES)('%s: items have the requested size, and depend on the seed', (name) => {
  const size = between(0.5 * KB, 30 * KB);
  const change = { lists: { [name]: { size, items: 40 } } };
  const path = `${pathOf(LISTS[name].path)}?page[limit]=40`;
  const { status, body } = get(new HeavyPrimary({ seed: 3, ...change }), path);
  expect(status).toBe(200);
  expect(get(new HeavyPrimary({ seed: 3, ...change }), path).body).toBe(body);
  expect(get(new HeavyPrimary({ seed: 4, ...change }), path).body === body).toBe(false);
  const wanted = Array.from({ length: 40 }, (_, index) => size(`3/${name}`, index));
  const sum = wanted.reduce((total, bytes) => total + bytes, 0);
  expect(JSON.parse(body).data).toHaveLength(40);
  if (LISTS[name].style === 'flat') expect(Buffer.byteLength(body)).toBe(sum + 39 + '{"data":[]}'.length);
  else expect(Buffer.byteLength(body)).toBeGreaterThan(sum);
});

test('sizes: spread over the range, and rare ones as rare as they should be', () => {
  const places = Array.from({ length: 2_000 }, (_, index) => index);
  const rare = places.filter((index) => mixed(all(1), 0.1, all(2))('k', index) === 2).length;
  expect(rare).toBeGreaterThan(120);
  expect(rare).toBeLessThan(280);
  const mean = places.reduce((sum, index) => sum + between(0, 1_000)('k', index), 0) / places.length;
  expect(Math.abs(mean - 500)).toBeLessThan(40);
  expect(hashOf('a')).toBe(hashOf('a'));
});

test('pages: by cursor forwards and back, by offset, and as refused', () => {
  const heavy = new HeavyPrimary({ lists: { jobs: { items: 250 } } });
  const ids: number[] = [];
  let after = '';
  let back = '';
  do {
    const page = JSON.parse(get(heavy, `/admin/jobs?page[limit]=100${after}`).body);
    ids.push(...page.data.map(({ id }: { id: string }) => Number(id)));
    after = page.meta.pagination.next ? `&page[after]=${page.meta.pagination.next}` : '';
    back = page.meta.pagination.prev;
  } while (after);
  expect(ids).toEqual(Array.from({ length: 250 }, (_, index) => 250 - index));
  const before = JSON.parse(get(heavy, `/admin/jobs?page[limit]=100&page[before]=${back}`).body);
  expect([before.data[0].id, before.data.length]).toEqual(['150', 100]);
  const old = JSON.parse(get(heavy, '/admin/jobs?page[limit]=100&page[offset]=200', '8.0').body);
  expect([old.data.length, old.meta.pagination.count, old.links.next]).toEqual([50, 250, undefined]);
  for (const refused of ['page[limit]=0', 'page[limit]=101', 'page[limit]=x', 'page[after]=x'])
    expect(get(heavy, `/admin/jobs?${refused}`).status).toBe(400);
});

test('page[disable]=true gives everything, and each host once', () => {
  const heavy = new HeavyPrimary();
  const path = '/asset-service/workloads/vmware/assets';
  const whole = JSON.parse(get(heavy, `${path}?page[limit]=10&page[disable]=true`).body);
  expect([whole.data.length, whole.included.length]).toEqual([LISTS.assets.items, LISTS.assets.hosts]);
});

describe('a comparison finds', () => {
  const heavy = new HeavyPrimary();
  const own = get(heavy, '/asset-service/workloads/vmware/assets?page[limit]=5');
  const good = throughProxy(own.body, BASE);
  const number = /"totalBytes":(\d+)/.exec(good)?.[1] ?? '';
  const wrong: readonly [string, string][] = [
    ['a number that lost its last digit', good.replace(number, String(Number(number)))],
    ['a link to another host', good.replace(BASE, 'https://primary.example.com')],
    ['another meta', good.replace('"limit":5', '"limit":3')],
    ['an included host twice', good.replace('"included":[', '"included":[{"type":"host","id":"host-0"},')],
    [
      'an item that is missing',
      JSON.stringify({ ...JSON.parse(good), data: JSON.parse(good).data.slice(1) }),
    ],
    ['what is not JSON', '<html>'],
  ];
  test.each(wrong)('%s', (_, text) => {
    expect(text).not.toBe(good);
    expect(differences({ status: 200, text }, own, BASE)).not.toEqual([]);
  });

  test('nothing where only the order of members and parameters differs', () => {
    const { links, ...rest } = JSON.parse(good.replaceAll(/"totalBytes":(\d+)/g, '"totalBytes":"number $1"'));
    const text = JSON.stringify({ links, ...rest }).replaceAll(/"number (\d+)"/g, '$1');
    expect(text).not.toBe(good);
    expect(differences({ status: 200, text }, own, BASE)).toEqual([]);
  });
});
