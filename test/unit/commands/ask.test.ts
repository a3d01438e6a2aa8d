/** Lists of servers that page otherwise than NetBackup's documents say: nothing may be missing from a page. */
import { ask } from '../../../lambdas/commands/ask.ts';
import { pageOf } from '../../../lambdas/commands/paging/page-uri.ts';
import { commandWorld } from '../../support/commands.ts';

const ITEMS = Array.from({ length: 120 }, (_, id) => ({ id }));

/** What a client gets that asks for `limit` policies, and which limits that took. */
const listOf = async (
  limit: number,
  count: number,
  meta: (offset: number) => object,
  remembered?: number,
) => {
  const world = commandWorld();
  const asked: (number | undefined)[] = [];
  world.gateway.answers = (_, { id, payload }) => {
    const page = pageOf((payload as { uri: string }).uri);
    asked.push(page.limit);
    const { offset = 0 } = page;
    const data = ITEMS.slice(0, count).slice(offset, offset + (page.limit ?? 0));
    const body = JSON.stringify({ data, ...meta(offset) });
    queueMicrotask(() => {
      const answer = { status: 200, headers: {}, body };
      void world.context.commands.answer(id, {
        groupId: 'demo',
        now: world.clock(),
        outcome: 'completed',
        answer,
      });
    });
    return 'accepted';
  };
  const group = await world.context.groups.get('demo');
  const uri = `/netbackup/config/policies/?page[limit]=${limit}`;
  const { answer } = await ask(
    { ...world.context, pageSizes: { of: async () => remembered } },
    group as NonNullable<typeof group>,
    {
      call: { method: 'GET', uri, headers: {} },
      requestedBy: 'key',
      until: world.clock() + 25_000,
      admitted: async () => {},
    },
    () => '',
  );
  const { data } = JSON.parse(answer.body) as { data: unknown[] };
  return { length: data.length, asked };
};

it.each([
  ['says nothing of paging', 100, () => ({}), [50, 100], 100],
  ['says nothing of paging, and has no more', 30, () => ({}), [50], 30],
  [
    'names the count, and not the next page',
    120,
    (offset: number) => ({ meta: { pagination: { offset, count: 120 } } }),
    [50, 50],
    100,
  ],
  [
    'names both',
    120,
    (offset: number) => ({ meta: { pagination: { offset, count: 120, next: offset + 50 } } }),
    [50, 50],
    100,
  ],
])('100 policies of a server that %s', async (_, count, meta, asked, length) => {
  expect(await listOf(100, count, meta)).toEqual({ length, asked });
});

it('a page that was too large for the channel is not tried again at once', async () => {
  expect(await listOf(100, 100, () => ({}), 25)).toEqual({ length: 25, asked: [25] });
});
