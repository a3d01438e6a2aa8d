import { allOf, type PageQuery } from '../../../bin/nbwss/paging.ts';

/** A list whose pages are given; it notes what it is asked. */
const listOf = (...pages: { items: number[]; cursor?: string }[]) => {
  const asked: PageQuery[] = [];
  const read = async (page: PageQuery) => {
    asked.push(page);
    return { data: pages.shift() ?? { items: [] }, response: new Response() };
  };
  return { read, asked };
};

it('continues through empty pages with the cursor', async () => {
  const { read, asked } = listOf({ items: [1], cursor: 'a' }, { items: [], cursor: 'b' }, { items: [2] });
  expect(await allOf(read)).toEqual([1, 2]);
  expect(asked).toEqual([{ limit: 100 }, { limit: 100, cursor: 'a' }, { limit: 100, cursor: 'b' }]);
});

it('reads no more than it needs', async () => {
  const { read, asked } = listOf({ items: [1, 2], cursor: 'a' }, { items: [3, 4], cursor: 'b' });
  expect(await allOf(read, 3)).toEqual([1, 2, 3]);
  expect(asked).toEqual([{ limit: 3 }, { limit: 1, cursor: 'a' }]);
});

it('ends when the API sends the same cursor again', async () => {
  const { read } = listOf({ items: [], cursor: 'a' }, { items: [], cursor: 'a' });
  await expect(allOf(read)).rejects.toThrow(/the same cursor twice/);
});
