import type { ApiClient } from '../../../bin/nbwss/api-client.ts';
import { collected, itemsOf, type Page, queryOf } from '../../../bin/nbwss/paging.ts';

/** An API whose pages are given; it notes what it is asked. */
const apiWith = (pages: readonly Page<number>[]) => {
  const paths: string[] = [];
  const rest = [...pages];
  const api: ApiClient = {
    call: async <T>(_: string, path: string) => {
      paths.push(path);
      return (rest.shift() ?? { items: [] }) as T;
    },
  };
  return { api, paths };
};

it('continues through empty pages, with the cursor and the same filters', async () => {
  const { api, paths } = apiWith([{ items: [1], cursor: 'a' }, { items: [], cursor: 'b' }, { items: [2] }]);
  expect(await collected(itemsOf(api, '/v1/jobs', { label: ['a=b', 'c=d'], state: undefined }))).toEqual([
    1, 2,
  ]);
  expect(paths).toEqual([
    '/v1/jobs?label=a%3Db&label=c%3Dd&limit=100',
    '/v1/jobs?label=a%3Db&label=c%3Dd&limit=100&cursor=a',
    '/v1/jobs?label=a%3Db&label=c%3Dd&limit=100&cursor=b',
  ]);
});

it('reads no more than it needs', async () => {
  const { api, paths } = apiWith([
    { items: [1, 2], cursor: 'a' },
    { items: [3, 4], cursor: 'b' },
  ]);
  expect(await collected(itemsOf(api, '/v1/jobs', {}, 3))).toEqual([1, 2, 3]);
  expect(paths).toEqual(['/v1/jobs?limit=3', '/v1/jobs?limit=1&cursor=a']);
});

it('ends when the API sends the same cursor again', async () => {
  const { api } = apiWith([
    { items: [], cursor: 'a' },
    { items: [], cursor: 'a' },
  ]);
  await expect(collected(itemsOf(api, '/v1/jobs'))).rejects.toThrow(/\/v1\/jobs does not go on/);
});

it('escapes what it puts into a query', () => {
  expect(queryOf({ clientName: 'a b&c', jobs: 3, none: undefined })).toBe('?clientName=a%20b%26c&jobs=3');
  expect(queryOf({})).toBe('');
});
