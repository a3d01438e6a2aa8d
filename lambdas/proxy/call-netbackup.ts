/** Calls NetBackup as a client would, and waits: a list that may be too large for the channel comes in several pages. */

import type { Command } from '../commands/command.ts';
import { deliver } from '../commands/deliver.ts';
import type { Idempotency } from '../commands/idempotency.ts';
import type { KnownSize } from '../commands/sizes/answer-sizes-store.ts';
import { expectAnswer } from '../commands/sizes/expectation.ts';
import { answerTooLarge, type CommandRequest, type SubmitContext, submit } from '../commands/submit.ts';
import { waitForEnd } from '../commands/wait-for-end.ts';
import type { Group } from '../groups/group.ts';
import type { CommandCall } from '../protocol/messages.ts';
import { readList } from './lists/read-list.ts';
import { notAnswered } from './not-answered.ts';
import type { CallOnce, Reply } from './reply.ts';

export interface NetBackupRequest {
  readonly call: CommandCall;
  readonly requestedBy: string;
  /** Not of a GET, which may take several commands. */
  readonly idempotency?: Idempotency;
  /** Epoch ms. */
  readonly until: number;
  readonly admitted: NonNullable<CommandRequest['admitted']>;
}

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
