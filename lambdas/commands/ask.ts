/** Asks NetBackup as a client would, and waits: a list that is too large for the channel comes in several pages. */
import { Problem } from '../platform/errors.ts';
import type { CommandCall } from '../protocol/messages.ts';
import type { Group } from '../sessions/group.ts';
import type { Command, CommandAnswer } from './command.ts';
import { deliver } from './deliver.ts';
import type { Idempotency } from './idempotency.ts';
import { fittingPage } from './paging/known-lists.ts';
import type { PageSizes } from './paging/page-sizes.ts';
import { pageOf, pathOf, withPage } from './paging/page-uri.ts';
import { type ListPage, listed, nextPage, readPage, stitch } from './paging/stitch.ts';
import { versionFor, withMediaType } from './request.ts';
import { isOpen } from './states.ts';
import { type SubmitContext, submit, type Wish } from './submit.ts';
import { waitForEnd } from './wait.ts';

export interface AskContext extends SubmitContext {
  readonly pageSizes: Pick<PageSizes, 'of'>;
}

export interface Question {
  readonly call: CommandCall;
  readonly requestedBy: string;
  /** Not of a GET, which may take several commands. */
  readonly idempotency?: Idempotency;
  /** Epoch ms. */
  readonly until: number;
  readonly admitted: NonNullable<Wish['admitted']>;
}

export interface Reply {
  /** The last command that it took. */
  readonly command: Command;
  readonly answer: CommandAnswer & { readonly body: string };
}

/** A GET whose connection broke is asked again for this long: NetBackup dials anew within a minute (PRP-7). */
const REPEAT_MS = 120_000;
/** An answer can take minutes (222 s in the guide, CMD-4); it can be fetched when its caller has gone. */
const EXECUTE_MS = 300_000;

/** Why there is no answer, or none yet. `location` tells where to look for it. */
const notAnswered = (command: Command, location: string): Problem => {
  const { state, reason = 'it has not been answered yet', failure } = command;
  const refuse = (status: number, code: string, detail: string, headers: Record<string, string> = {}) =>
    new Problem(status, code, detail, { location, ...headers });
  if (isOpen(state))
    return refuse(504, 'no-answer-yet', 'NetBackup has not answered yet; the command goes on.');
  switch (state) {
    case 'timed_out':
      return refuse(504, 'no-answer', `NetBackup did not answer: ${reason}.`);
    case 'expired':
      return refuse(503, 'not-connected', `The command was not sent: ${reason}.`, { 'retry-after': '60' });
    case 'lost':
      return refuse(502, 'command-lost', `The command may have run: ${reason}.`);
    case 'cancelled':
      return refuse(409, 'command-cancelled', 'The command was cancelled while it was queued.');
    default:
      return refuse(failure === 'command-too-large' ? 413 : 502, failure ?? 'command-failed', `${reason}.`);
  }
};

const askOnce = async (
  context: AskContext,
  group: Group,
  { call, requestedBy, idempotency, until, admitted }: Question,
  locationOf: (command: Command) => string,
  page?: number,
): Promise<Reply> => {
  const isGet = call.method === 'GET';
  const submitted = await submit(context, group, {
    call,
    requestedBy,
    ...(idempotency ? { idempotency } : {}),
    admitted,
    onlineOnly: true,
    deliverWithin: isGet ? REPEAT_MS : Math.max(0, until - context.clock()),
    executeWithin: EXECUTE_MS,
    retry: 'safe',
    ...(page === undefined ? {} : { page }),
  });
  const command = await waitForEnd(context, submitted, until);
  if (command.state !== 'completed' || !command.answer) throw notAnswered(command, locationOf(command));
  const { answer = command.answer } = await deliver(context, command);
  return { command, answer: { ...answer, body: answer.body ?? '' } };
};

const askInPages = async (
  context: AskContext,
  group: Group,
  question: Question,
  locationOf: (command: Command) => string,
  limit: number,
): Promise<Reply> => {
  // All pages in one version, which decides their style: the first answer may be what the group's is learned from.
  const version = versionFor(question.call.uri, group.netbackupApiVersion);
  const headers = withMediaType(question.call.headers, version);
  const call: CommandCall = { ...question.call, headers };
  const wanted = pageOf(call.uri);
  const listPath = pathOf(call.uri);
  const remembered = await context.pageSizes.of(group.groupId, listPath);
  const pages: ListPage[] = [];
  let size = Math.min(fittingPage(listPath, limit), remembered ?? limit);
  let { uri } = call;
  let fetched = 0;
  for (;;) {
    const wish = Math.min(size, limit - fetched);
    const asked = wish === limit ? call : { ...call, uri: withPage(uri, { limit: wish }) };
    // The session may have changed since the first page.
    const current = pages.length === 0 ? group : ((await context.groups.get(group.groupId)) ?? group);
    const reply = await askOnce(context, current, { ...question, call: asked }, locationOf, wish);
    // Half of it, if a message had been too large meanwhile.
    const got = reply.command.page ?? wish;
    if (got === limit) return reply;
    const page = reply.answer.status === 200 ? readPage(reply.answer.body) : undefined;
    if (!page) {
      // A full page that says nothing of further ones may not be all that was asked for.
      const isCut = wish < limit && remembered === undefined && listed(reply.answer.body) === wish;
      return isCut ? askOnce(context, current, { ...question, call }, locationOf, limit) : reply;
    }
    pages.push(page);
    fetched += page.items.length;
    size = Math.min(size, got);
    const next = fetched < limit && page.items.length > 0 ? nextPage(page, wanted, fetched) : undefined;
    if (!next) return { ...reply, answer: { ...reply.answer, body: stitch(pages, limit, wanted) } };
    uri = withPage(call.uri, next);
  }
};

/**
 * @param group as just read
 * @throws Problem 400, 413, 429, 502, 503, 504
 */
export const ask = (
  context: AskContext,
  group: Group,
  question: Question,
  locationOf: (command: Command) => string,
): Promise<Reply> => {
  const { method, uri } = question.call;
  const limit = method === 'GET' ? pageOf(uri).limit : undefined;
  return limit
    ? askInPages(context, group, question, locationOf, limit)
    : askOnce(context, group, question, locationOf);
};
