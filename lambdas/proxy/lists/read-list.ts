/** One list, read in pages that fit into a message each, and put together as its caller asked for it. */

import { pathOf, withPage } from '../../commands/page-uri.ts';
import { versionFor, withMediaType } from '../../commands/request.ts';
import type { KnownSize } from '../../commands/sizes/answer-sizes-store.ts';
import { expectAnswer } from '../../commands/sizes/expectation.ts';
import { isOffsetStyle, type ListPage, listed, readPage } from '../../commands/sizes/list-page.ts';
import type { SubmitContext } from '../../commands/submit.ts';
import type { Group } from '../../groups/group.ts';
import { Problem } from '../../platform/errors.ts';
import type { CommandCall } from '../../protocol/messages.ts';
import type { CallOnce, Reply } from '../reply.ts';
import { isUsuallySmall } from './known-lists.ts';
import { listTooLarge, MAX_LIST_BYTES, OtherAnswer, Reading, Suspicion } from './list-reading.ts';
import { type ListRequest, wishOf } from './list-request.ts';
import { nextPage, stitch } from './stitch.ts';

/** Pages of one list that are under way at a time. NetBackup may take seconds for each. */
const PARALLEL = 12;
/** Page after page, each by what the one before says. */
const readByCursor = async (
  reading: Reading,
  first: ListPage,
  { page, limit }: ListRequest,
  suspicion: Suspicion,
): Promise<void> => {
  let latest = first;
  let before = first.items.length;
  let cursor: string | undefined;
  while (before < limit && latest.items.length > 0) {
    const position = nextPage(latest, page, before);
    const next = JSON.stringify(position);
    // A cursor that leads to itself would never end.
    if (!position || next === cursor) return;
    cursor = next;
    latest = await reading.next(before, position, reading.pageSize(limit - before, suspicion), suspicion);
    before += latest.items.length;
  }
};

/** The items from `start` on, `length` of them. @returns how many there were */
const readRange = async (
  reading: Reading,
  { page }: ListRequest,
  start: number,
  length: number,
  suspicion: Suspicion,
): Promise<number> => {
  let got = 0;
  while (got < length && !reading.hasFailed) {
    const before = start + got;
    const position = { offset: (page.offset ?? 0) + before };
    const size = reading.pageSize(length - got, suspicion);
    const read = await reading.next(before, position, size, suspicion);
    got += read.items.length;
    if (read.items.length === 0 || !nextPage(read, page, start + got)) break;
  }
  return got;
};

/** Several ranges at a time: NetBackup may take seconds for each, and where they begin is known. */
const readByOffset = async (
  reading: Reading,
  first: ListPage,
  wish: ListRequest,
  suspicion: Suspicion,
): Promise<void> => {
  const { count } = first.pagination;
  const isCounted = typeof count === 'number';
  let start = first.items.length;
  let end = isCounted ? Math.min(wish.limit, count - (wish.page.offset ?? 0)) : wish.limit;
  const readNext = async (length: number, suspects: Suspicion): Promise<void> => {
    const from = start;
    start += length;
    const got = await readRange(reading, wish, from, length, suspects);
    if (got < length) end = Math.min(end, from + got);
  };
  // What is left of a first page that was too large.
  if (suspicion.left > 0) await readNext(Math.min(suspicion.left, end - start), suspicion);
  const worker = async (): Promise<void> => {
    while (start < end && !reading.hasFailed) {
      const suspects = new Suspicion();
      try {
        await readNext(reading.pageSize(end - start, suspects), suspects);
      } catch (error) {
        reading.hasFailed = true;
        throw error;
      }
    }
  };
  const parallel = isCounted && reading.mayBeParallel ? PARALLEL : 1;
  await Promise.all(Array.from({ length: parallel }, worker));
};

/** NetBackup gives so many items at a time in any list; more than that some lists refuse and some cut short. */
const USUAL_MAX_LIMIT = 100;

/**
 * What NetBackup says to more items than it usually gives: its own refusal, or how many it gives instead. Asked behind the
 * end of the list, where the answer is small.
 */
const acceptedLimit = async (once: CallOnce, call: CommandCall, first: ListPage, limit: number) => {
  if (!isOffsetStyle(first)) {
    const detail = `A list with cursors gives at most ${USUAL_MAX_LIMIT} items a page: page[limit] is ${limit}.`;
    throw new Problem(400, 'page-limit-too-large', detail);
  }
  const { count } = first.pagination;
  const offset = typeof count === 'number' ? count : 1_000_000_000;
  const reply = await once({ ...call, uri: withPage(call.uri, { offset, limit }) }, undefined, 1);
  if (reply.answer.status !== 200) throw new OtherAnswer(reply);
  const accepted = readPage(reply.answer.body)?.pagination.limit;
  return typeof accepted === 'number' && accepted > 0 ? Math.min(limit, accepted) : limit;
};

const readAll = async (
  reading: Reading,
  first: ListPage,
  wish: ListRequest,
  suspicion: Suspicion,
): Promise<void> => {
  const { count } = first.pagination;
  if (wish.kind === 'all' && typeof count === 'number' && reading.expectedBytes(count) > MAX_LIST_BYTES)
    throw listTooLarge();
  const isMore = nextPage(first, wish.page, first.items.length) !== undefined;
  if (first.items.length >= wish.limit || first.items.length === 0 || !isMore) return;
  if (isOffsetStyle(first)) await readByOffset(reading, first, wish, suspicion);
  else await readByCursor(reading, first, wish, suspicion);
};

/**
 * Reads what a GET asks for as a list. Undefined when it does not look like one: then it is asked for as it is.
 * @throws Problem as for a single call
 */
export const readList = async (
  context: Pick<SubmitContext, 'sizes'>,
  group: Group,
  given: CommandCall,
  known: KnownSize,
  once: CallOnce,
): Promise<Reply | undefined> => {
  const wish = wishOf(given.uri, known);
  if (!wish) return undefined;
  // All pages in one version, which decides their style: the first answer may be what the group's is learned from.
  const version = versionFor(given.uri, group.netbackupApiVersion);
  const call = { ...given, headers: withMediaType(given.headers, version) };
  const reading = new Reading(once, call, known);
  const suspicion = new Suspicion();
  const asItIs = () => once(call, expectAnswer(known, call.uri), wish.page.limit);
  if (wish.kind === 'default' && reading.fits(wish.limit) && !known.isRefused) return asItIs();
  if (reading.isUnknown && isUsuallySmall(pathOf(call.uri), wish.limit)) return asItIs();
  try {
    const size = reading.pageSize(wish.limit, suspicion);
    const { reply, asked } = await reading.ask({}, size, suspicion);
    if (wish.kind === 'page' && asked === wish.limit) return reply;
    if (reply.answer.status !== 200) return wish.kind === 'page' ? reply : undefined;
    const first = readPage(reply.answer.body);
    if (!first) {
      // Fewer than were asked for: whatever it says of further ones, that is all.
      const isWhole = (listed(reply.answer.body) ?? asked) < asked;
      return wish.kind === 'page' && isWhole ? reply : undefined;
    }
    // It gives what it gives, whatever it is asked for.
    if (first.items.length > asked) return reply;
    reading.keep(0, first, reply, suspicion);
    const isAll = nextPage(first, wish.page, first.items.length) === undefined;
    if (wish.kind === 'all' && isAll) return await asItIs();
    if (wish.kind === 'default' && reading.fits(wish.limit) && !known.isRefused) return await asItIs();
    const limit =
      wish.kind === 'page' && wish.limit > USUAL_MAX_LIMIT
        ? await acceptedLimit(once, call, first, wish.limit)
        : wish.limit;
    await readAll(reading, first, { ...wish, limit }, suspicion);
    if (wish.kind === 'default' && reading.fits(wish.limit) && !known.isRefused) return await asItIs();
    const pages = reading.inOrder();
    const items = pages.reduce((sum, { items }) => sum + items.length, 0);
    if (reading.wasDoubted) await context.sizes.trust(group.groupId, call.uri);
    const body = stitch(pages, wish.kind === 'all' ? Math.max(1, items) : limit, wish.page);
    return { ...(reading.last ?? reply), answer: { ...reply.answer, body } };
  } catch (error) {
    if (error instanceof OtherAnswer) return error.reply;
    throw error;
  }
};
