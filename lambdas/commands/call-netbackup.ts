/** Calls NetBackup as a client would, and waits: a list that may be too large for the channel comes in several pages. */
import type { CommandCall } from '../protocol/messages.ts';
import type { Group } from '../sessions/group.ts';
import type { Command, CommandAnswer } from './command.ts';
import { deliver } from './deliver.ts';
import type { Idempotency } from './idempotency.ts';
import { notAnswered } from './not-answered.ts';
import { readList } from './paging/read-list.ts';
import type { KnownSize } from './sizes/answer-sizes-store.ts';
import { type Expectation, expectAnswer } from './sizes/expectation.ts';
import { answerTooLarge, type SubmitContext, submit, type Wish } from './submit.ts';
import { waitForEnd } from './wait.ts';

export interface NetBackupRequest {
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

/** Sends one call, or a page of one, and waits for its answer. @throws Problem when there is none */
export type CallOnce = (call: CommandCall, expectation?: Expectation, page?: number) => Promise<Reply>;

/** A GET whose connection broke is asked again for this long: NetBackup dials anew within a minute (PRP-7). */
const REPEAT_MS = 120_000;
/** An answer can take minutes (222 s in the guide, CMD-4); it can be fetched when its caller has gone. */
const EXECUTE_MS = 300_000;

const callOnce = (
  context: SubmitContext,
  group: Group,
  { requestedBy, idempotency, until, admitted }: NetBackupRequest,
  locationOf: (command: Command) => string,
): CallOnce => {
  let isFirst = true;
  return async (call, expectation, page) => {
    const isGet = call.method === 'GET';
    // The session may have changed since an earlier page.
    const current = isFirst ? group : ((await context.groups.get(group.groupId)) ?? group);
    isFirst = false;
    const submitted = await submit(context, current, {
      call,
      requestedBy,
      ...(idempotency ? { idempotency } : {}),
      admitted,
      onlineOnly: true,
      isProxied: true,
      deliverWithin: isGet ? REPEAT_MS : Math.max(0, until - context.clock()),
      executeWithin: EXECUTE_MS,
      retry: 'safe',
      ...(expectation === undefined ? {} : { expectation }),
      ...(page === undefined ? {} : { page }),
    });
    const command = await waitForEnd(context, submitted, until);
    if (command.state !== 'completed' || !command.answer)
      throw notAnswered(command, { location: locationOf(command) });
    const { answer = command.answer } = await deliver(context, command);
    return { command, answer: { ...answer, body: answer.body ?? '' } };
  };
};

/**
 * @param group as just read
 * @param known of a GET: what is known of the size of its answer
 * @throws Problem 400, 413, 429, 502, 503, 504
 */
export const callNetBackup = async (
  context: SubmitContext,
  group: Group,
  request: NetBackupRequest,
  known: KnownSize | undefined,
  locationOf: (command: Command) => string,
): Promise<Reply> => {
  const { call } = request;
  const once = callOnce(context, group, request, locationOf);
  if (!known) return once(call);
  // Of a list there may be a part that fits; anything else would only be too large again.
  if (known.isRefused && known.own.style === undefined) throw answerTooLarge();
  const list = await readList(context, group, call, known, once);
  return list ?? once(call, expectAnswer(known, call.uri));
};
