/** What becomes of the commands that a connection carried when it went away. */
import type { Key } from '../platform/dynamodb/requests.ts';
import { GATEWAY_MESSAGE_BYTES } from '../protocol/limits.ts';
import { type Command, canRepeat, type Step } from './command.ts';
import { type SettleContext, settle } from './dispatch.ts';
import { withPage } from './page-uri.ts';
import type { AnswerSizesStore } from './sizes/answer-sizes-store.ts';

/** "Message too big": the gateway's answer to a frame above 32 KB or a message above 128 KB. */
const TOO_BIG = 1009;
const PAGE = 100;

export const TOO_LARGE_ANSWER = `its answer is larger than the ${GATEWAY_MESSAGE_BYTES} bytes that the WebSocket gateway carries in one message; ask for less, with page[limit] or a filter`;

export type LostContext = SettleContext & {
  readonly sizes: Pick<AnswerSizesStore, 'doubt' | 'refuse' | 'acquit'>;
};

/** An answer that usually has as much as this may once have been too large. */
const SUSPICIOUS_BYTES = GATEWAY_MESSAGE_BYTES / 4;

interface Suspects {
  readonly commands: readonly Command[];
  /** Whether the message that was too large can hardly have been anybody else's. */
  readonly isStrong: boolean;
}

/**
 * Whose answer it may have been: a call that was under way alone to find that out; else answers of unknown size; else large
 * ones; else any GET, or nobody's: a NOTIFICATION can be too large as well. Pure.
 */
export const suspectsAmong = (carried: readonly Command[]): Suspects => {
  const gets = carried.filter(({ method }) => method === 'GET');
  const groups = [
    gets.filter(({ alone }) => alone),
    gets.filter(({ expectedBytes }) => expectedBytes === undefined),
    gets.filter(({ expectedBytes = 0 }) => expectedBytes >= SUSPICIOUS_BYTES),
  ];
  const strong = groups.find((group) => group.length > 0);
  return strong ? { commands: strong, isStrong: true } : { commands: gets, isStrong: false };
};

const TOO_LARGE: Step = { to: 'failed', reason: TOO_LARGE_ANSWER, failure: 'answer-too-large' };

const isSingle = ({ page = 1 }: Command): boolean => page === 1;

/**
 * What follows for a suspect. One that cannot be asked for in parts fails if it was the only one; everything else is asked
 * again while nothing else is: a page of a list with one item, since the next item may be the large one. Pure.
 */
export const afterTooLarge = (command: Command, isCertain: boolean, now: number): Step => {
  if (isCertain && isSingle(command)) return TOO_LARGE;
  if (!canRepeat(command, now)) {
    return { to: 'lost', reason: 'the connection went away because of a message that was too large' };
  }
  const { uri } = command;
  return {
    to: 'queued',
    reason: 'a message was too large; sent again alone',
    alone: isCertain && !isSingle(command) ? { uri: withPage(uri, { limit: 1 }), page: 1 } : { uri },
  };
};

const allSent = async ({ commands }: LostContext, groupId: string, connectionId: string) => {
  const carried: Command[] = [];
  let startAfter: Key | undefined;
  do {
    const page = await commands.sent(groupId, PAGE, startAfter);
    carried.push(...page.items.filter((command) => command.connectionId === connectionId));
    startAfter = page.lastKey;
  } while (startAfter);
  return carried.filter(({ state }) => state === 'sent');
};

/** Others that ask for the same are not sent to find out the same. */
const refuseQueued = async (context: LostContext, { groupId, uri }: Command): Promise<void> => {
  const { items } = await context.commands.queued(groupId, PAGE);
  const same = items.filter((one) => one.state === 'queued' && one.method === 'GET' && one.uri === uri);
  for (const command of same) await settle(context, command, TOO_LARGE);
};

const settleSuspect = async (context: LostContext, command: Command, isCertain: boolean): Promise<void> => {
  const { groupId, uri } = command;
  const step = afterTooLarge(command, isCertain, context.clock());
  // Remembered first: whoever asks next must know.
  if (step.failure) await context.sizes.refuse(groupId, uri);
  else if (isCertain && !isSingle(command)) await context.sizes.doubt(groupId, uri);
  await settle(context, command, step);
  if (step.failure) await refuseQueued(context, command);
};

/** After a message that was too large: suspects are tried alone, and what else may be sent again is, at once. */
const afterTooBig = async (
  context: LostContext,
  groupId: string,
  carried: readonly Command[],
): Promise<readonly Command[]> => {
  const { commands: suspects, isStrong } = suspectsAmong(carried);
  // Whoever else was blamed a short time ago need not have been it either: a NOTIFICATION comes again and again (NOT-4).
  if (!isStrong) await context.sizes.acquit(groupId);
  const isSole = suspects.length === 1;
  for (const command of suspects) {
    // Several pages may each hold the large item; of several single answers only a second try tells.
    const isCertain = isStrong && (isSole || !isSingle(command));
    await settleSuspect(context, command, isCertain);
  }
  const others = carried.filter((command) => !suspects.includes(command));
  const now = context.clock();
  for (const command of others.filter((one) => canRepeat(one, now))) {
    await settle(context, command, { to: 'queued', reason: 'the connection went away; sent again' });
  }
  return others.filter((command) => !canRepeat(command, now));
};

/** What the connection carried gets its grace, then it is lost or sent again; see {@link afterTooLarge}. */
export const connectionLost = async (
  context: LostContext,
  groupId: string,
  connectionId: string,
  closeCode?: number,
): Promise<void> => {
  const carried = await allSent(context, groupId, connectionId);
  const left = closeCode === TOO_BIG ? await afterTooBig(context, groupId, carried) : carried;
  for (const command of left) await context.commands.connectionLost(command, connectionId, context.clock());
};
