/** NetBackup's lists, read through the proxy over a fake gateway. */
import { pageOf } from '../../lambdas/commands/page-uri.ts';
import type { CommandCall } from '../../lambdas/protocol/messages.ts';
import { callNetBackup } from '../../lambdas/proxy/call-netbackup.ts';
import { commandWorld } from './commands.ts';
import { type FakeResponse, fakeChannel } from './fake-channel.ts';

export interface List {
  readonly style?: 'offset' | 'cursor';
  readonly sizes: readonly number[];
  /** `meta.pagination` instead of NetBackup's. */
  readonly pagination?: (offset: number) => object | undefined;
  readonly maxLimit?: number;
  readonly defaultLimit?: number;
  readonly included?: (index: number) => object[];
  readonly before?: () => Promise<void>;
}

export const PATH = '/netbackup/config/slps';
export const same = (count: number, bytes: number) => Array.from({ length: count }, () => bytes);

export const responseTo = (list: List, uri: string): FakeResponse => {
  const { style = 'offset', sizes, maxLimit = 1e9, defaultLimit = 10, included } = list;
  const wanted = pageOf(uri);
  const limit = wanted.disable === 'true' ? sizes.length : (wanted.limit ?? defaultLimit);
  if (limit > maxLimit) return { status: 400, body: '{"errorCode":9400}' };
  const start = style === 'cursor' ? Number(wanted.after ?? 0) : (wanted.offset ?? 0);
  const items = sizes.slice(start, start + limit);
  const data = items.map((size, index) => ({ id: start + index, pad: 'x'.repeat(Math.max(0, size - 30)) }));
  const next = start + items.length < sizes.length ? start + items.length : undefined;
  const paginations = {
    offset: { offset: start, limit, count: sizes.length, next },
    cursor: { limit, next: next?.toString() },
  };
  const pagination = list.pagination ? list.pagination(start) : paginations[style];
  const withIncluded = included ? { included: data.flatMap(({ id }) => included(id)) } : {};
  return {
    status: 200,
    body: JSON.stringify({ data, ...withIncluded, ...(pagination ? { meta: { pagination } } : {}) }),
  };
};

export const listWorld = (list: List | ((call: CommandCall) => FakeResponse)) => {
  const world = commandWorld();
  const channel = fakeChannel(world, async (call) => {
    if (typeof list === 'function') return list(call);
    await list.before?.();
    return responseTo(list, call.uri);
  });
  const get = async (query: string, path = PATH) => {
    const uri = `${path}${query}`;
    const group = await world.context.groups.get('demo');
    const { response } = await callNetBackup(
      world.context,
      group as NonNullable<typeof group>,
      {
        call: { method: 'GET', uri, headers: {} },
        requestedBy: 'key',
        until: world.clock() + 25_000,
      },
      await world.context.sizes.lookUp('demo', uri),
      () => '',
    );
    return response;
  };
  const ids = async (query: string) =>
    (JSON.parse((await get(query)).body) as { data: { id: number }[] }).data.map(({ id }) => id);
  return { ...world, ...channel, get, ids };
};

export const upTo = (count: number) => Array.from({ length: count }, (_, index) => index);
export const limits = (requested: readonly string[]) => requested.map((uri) => pageOf(uri).limit);
