/**
 * A NetBackup primary with large lists: a REST API for tests, independent of the simulator's, that also computes the response that a
 * direct client would get. The test sets lists and sizes; the seed determines the rest.
 */
import type { RestAnswer, RestBackend, RestRequest } from '../../../netbackup/simulator/rest/types.ts';
import { itemText } from './items.ts';
import { LIST_NAMES, LISTS, type ListModel, type ListName } from './lists.ts';
import { ORIGIN, pageText, Refused } from './pages.ts';
import { between, KB, type Size } from './sizes.ts';

export interface HeavyOptions {
  readonly seed?: number;
  /** Differences from the usual lists. */
  readonly lists?: Partial<Record<ListName, Partial<ListModel>>>;
  /** Sizes of single resources, `/config/policies/p1` for instance, by the path below `/netbackup`. */
  readonly details?: Size;
  /** Awaited before the response to a call: delays, rounds. */
  readonly before?: (request: RestRequest) => Promise<void> | undefined;
  /** A response of the test, instead of the usual one. */
  readonly special?: (request: RestRequest) => RestAnswer | undefined;
}

const MEDIA_TYPE = 'application/vnd.netbackup+json;version=14.0';
const json = (body: string, status = 200, headers: Record<string, string> = {}): RestAnswer => ({
  status,
  headers: { 'content-type': MEDIA_TYPE, ...headers },
  body,
});
const refusal = (status: number, errorCode: number, errorMessage: string): RestAnswer =>
  json(JSON.stringify({ errorCode, errorMessage, attributeErrors: {}, errorDetails: [] }), status);

const matches = (pattern: string, path: string): boolean =>
  new RegExp(`^${pattern.replaceAll('*', '[^/]+')}/?$`).test(path);
/** Whether the path is that of an item, below its list. */
const isDetail = (list: ListModel, path: string): boolean => matches(`${list.path}/*`, path);

const versionOf = ({ headers }: RestRequest): number => {
  const named = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value] as const);
  const accept = named.find(([name]) => name === 'accept')?.[1] ?? '';
  const contentType = named.find(([name]) => name === 'content-type')?.[1] ?? '';
  return Number(/version=(\d+)/.exec(`${accept} ${contentType}`)?.[1] ?? 14);
};

export class HeavyPrimary implements RestBackend {
  /** All calls, in order. */
  readonly requests: RestRequest[] = [];
  readonly lists: Record<ListName, ListModel>;
  readonly #options: HeavyOptions;
  #lastJob = 0;

  constructor(options: HeavyOptions = {}) {
    this.#options = options;
    this.lists = Object.fromEntries(
      LIST_NAMES.map((name) => [name, { ...LISTS[name], ...options.lists?.[name] }]),
    ) as Record<ListName, ListModel>;
  }

  async call(request: RestRequest): Promise<RestAnswer> {
    this.requests.push(request);
    await this.#options.before?.(request);
    return this.#options.special?.(request) ?? this.own(request);
  }

  /** The response that a direct client would get; the call is not counted. */
  own(request: RestRequest): RestAnswer {
    const [whole = '', queryText] = request.uri.split(/\?(.*)/s, 2);
    if (!whole.startsWith('/netbackup/')) return refusal(404, 227, 'No entity was found.');
    const path = decodeURI(whole.slice('/netbackup'.length));
    if (request.method === 'POST') return this.#post(path);
    if (path === '/ping') return json('1700000000000', 200, { 'x-netbackup-api-version': '14.0' });
    const version = versionOf(request);
    const query = new URLSearchParams(queryText);
    for (const name of LIST_NAMES) {
      const list = this.lists[name];
      const key = `${this.#options.seed ?? 1}/${name}`;
      if (isDetail(list, path)) return json(this.#detail(list, path, key));
      if (!matches(list.path, path)) continue;
      try {
        return json(pageText({ list, key, path: path.replace(/\/$/, ''), query, version }));
      } catch (error) {
        if (error instanceof Refused) return refusal(400, 9400, error.message);
        throw error;
      }
    }
    return refusal(404, 227, 'No entity was found.');
  }

  #detail({ type }: ListModel, path: string, key: string): string {
    const size = this.#options.details ?? between(1 * KB, 30 * KB);
    const id = path.split('/').at(-1) ?? '';
    const self = `${ORIGIN}/netbackup${path}`;
    return `{"data":${itemText({ type, id, self }, size(path, 0), key)}}`;
  }

  #post(path: string): RestAnswer {
    if (path === '/login') return json('{"token":"t","tokenType":"BEARER","validity":86400}', 201);
    if (path.endsWith('/pre-recovery-check'))
      return json('{"data":[{"type":"check","id":"1","attributes":{"name":"c","result":"Pass"}}]}');
    const id = String(++this.#lastJob);
    const location = `${ORIGIN}/netbackup/admin/jobs/${id}`;
    const status = path.endsWith('/recover') ? 201 : 202;
    return json(`{"data":{"type":"job","id":"${id}"}}`, status, { location });
  }
}
