/** The pages of a list that were read so far, and how many items the next page may have. */
import { withPage } from '../../commands/page-uri.ts';
import { expectPage } from '../../commands/sizes/expectation.ts';
import { type ListPage, readPage } from '../../commands/sizes/list-page.ts';
import { measurePage } from '../../commands/sizes/measure.ts';
import type { KnownSize } from '../../commands/sizes/response-sizes-store.ts';
import {
  addSizes,
  fittingPage,
  NOTHING_MEASURED,
  PLANNED_BYTES,
  predictedBytes,
  type SizeStatistics,
} from '../../commands/sizes/statistics.ts';
import { HttpProblem } from '../../platform/errors.ts';
import { utf8Bytes } from '../../protocol/limits.ts';
import type { CommandCall } from '../../protocol/messages.ts';
import type { ProxiedResponse, SendCall } from '../proxied-response.ts';
import { MAX_RESPONSE_BYTES } from '../response.ts';
import type { Position } from './join-pages.ts';
import type { SingleItemReads } from './single-item-reads.ts';

export const listTooLarge = () =>
  new HttpProblem(
    502,
    'answer-too-large',
    `The list is larger than the ${MAX_RESPONSE_BYTES} bytes that can be returned in one response; request pages (page[limit]) or use a filter.`,
  );

/** Ends the reading: NetBackup refused a page. */
export class UnexpectedResponse extends Error {
  readonly proxied: ProxiedResponse;
  constructor(proxied: ProxiedResponse) {
    super('NetBackup did not return a page of the list.');
    this.proxied = proxied;
  }
}

interface PageResponse {
  readonly proxied: ProxiedResponse;
  /** The `page[limit]` that was used last. */
  readonly limit: number;
}

export class ListReading {
  readonly #send: SendCall;
  readonly #call: CommandCall;
  /** Key: the number of items before the page. */
  readonly #pages = new Map<number, ListPage>();
  /** A page of an earlier request was too large, and the large item was not found yet: it may be any item. */
  readonly #mayBeOversized: boolean;
  #items: SizeStatistics;
  #bytes = 0;
  /** Resolves when the page that was requested last has ended. */
  #previousPage: Promise<void> = Promise.resolve();
  /** Whether a page was too large, in this request or an earlier one. */
  wasOversized: boolean;
  /** A page has failed, so the others are not needed. */
  hasFailed = false;
  lastProxied: ProxiedResponse | undefined;

  constructor(send: SendCall, call: CommandCall, { own }: KnownSize) {
    this.#send = send;
    this.#call = call;
    this.#items = own.statistics;
    this.#mayBeOversized = own.mayBeOversized;
    this.wasOversized = own.mayBeOversized;
  }

  #isSingleItem(singles: SingleItemReads): boolean {
    return this.#mayBeOversized || singles.remaining > 0;
  }

  /** How many of the wanted items the next page may have. */
  pageSize(wanted: number, singles: SingleItemReads): number {
    if (this.#isSingleItem(singles)) return 1;
    const fitting = fittingPage(this.#items);
    // Even pages: 50 and 50 rather than 60 and 40.
    return wanted === Number.POSITIVE_INFINITY ? fitting : Math.ceil(wanted / Math.ceil(wanted / fitting));
  }

  /** Whether several pages may be under way at a time. */
  get mayBeParallel(): boolean {
    return !this.#mayBeOversized;
  }

  /** Whether this many items fit into one message. */
  fits(items: number): boolean {
    return (
      !this.#mayBeOversized && this.#items.count > 0 && predictedBytes(this.#items, items) <= PLANNED_BYTES
    );
  }

  /** Whether the sizes of its items are unknown. */
  get isUnknown(): boolean {
    return !this.wasOversized && this.#items.count === 0;
  }

  expectedBytes(items: number): number {
    return items * this.#usualItem();
  }

  /**
   * Requests one page. The limit is less than `size` if that was too large. After that, pages of this list are requested one after
   * the other: two of unknown size would both have to be sent again.
   */
  async requestPage(position: Position, size: number, singles: SingleItemReads): Promise<PageResponse> {
    if (!this.wasOversized) return this.#requestNow(position, size, singles);
    const page = this.#previousPage.then(() => {
      if (this.hasFailed) throw new Error('Another page of this list has failed.');
      return this.#requestNow(position, size, singles);
    });
    this.#previousPage = page.then(
      () => {},
      () => {},
    );
    return page;
  }

  async #requestNow(position: Position, size: number, singles: SingleItemReads): Promise<PageResponse> {
    const uri = withPage(this.#call.uri, { ...position, limit: size, disable: undefined });
    // Where any item may be the large one, submitting reads its known size before it is requested.
    const expectation = this.#isSingleItem(singles) ? undefined : expectPage(this.#items, size);
    const proxied = await this.#send({ ...this.#call, uri }, expectation, size);
    const limit = proxied.command.page ?? size;
    if (limit < size) {
      singles.start(size);
      this.wasOversized = true;
      // The measurements were wrong.
      this.#items = NOTHING_MEASURED;
    }
    this.lastProxied = proxied;
    return { proxied, limit };
  }

  /** Adds a page. @throws HttpProblem 502 when the pages together are too large */
  addPage(
    before: number,
    page: ListPage,
    { command, response }: ProxiedResponse,
    singles: SingleItemReads,
  ): void {
    this.#pages.set(before, page);
    const bytes = utf8Bytes(response.body);
    const { sizes } = measurePage(page, command.responseBytes ?? bytes);
    singles.record(sizes, this.#usualItem());
    this.#items = addSizes(this.#items, sizes);
    this.#bytes += bytes;
    if (this.#bytes > MAX_RESPONSE_BYTES) throw listTooLarge();
  }

  /** Requests one page and adds it. @throws UnexpectedResponse */
  async readPage(
    before: number,
    position: Position,
    size: number,
    singles: SingleItemReads,
  ): Promise<ListPage> {
    const { proxied } = await this.requestPage(position, size, singles);
    if (proxied.location) throw listTooLarge();
    const page = proxied.response.status === 200 ? readPage(proxied.response.body) : undefined;
    if (!page) throw new UnexpectedResponse(proxied);
    this.addPage(before, page, proxied, singles);
    return page;
  }

  /** The pages in the order of the list, up to the first gap. */
  pagesInOrder(): ListPage[] {
    const pages: ListPage[] = [];
    let before = 0;
    for (let page = this.#pages.get(0); page && page.items.length > 0; page = this.#pages.get(before)) {
      pages.push(page);
      before += page.items.length;
    }
    return pages.length > 0 ? pages : [...this.#pages.values()].slice(0, 1);
  }

  #usualItem(): number {
    return this.#items.total / Math.max(1, this.#items.count);
  }
}
