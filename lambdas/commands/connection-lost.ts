/** What becomes of the commands that were under way on a connection when it closed. */
import type { ConnectionsStore } from '../connections/connections-store.ts';
import { allPages } from '../platform/dynamodb/pages.ts';
import { limitsOf, limitsOfGateway } from '../platform/gateway/kinds.ts';
import { CLOSE_MESSAGE_TOO_BIG, GATEWAY_MESSAGE_BYTES } from '../protocol/limits.ts';
import { type Command, canRepeat, type Step } from './command.ts';
import { applyStep, type StepContext } from './dispatch.ts';
import { withPage } from './page-uri.ts';
import type { ResponseSizesStore } from './sizes/response-sizes-store.ts';

const PAGE = 100;

const reasonAbove = (limit: number) =>
  `its response is larger than the ${limit} bytes that the WebSocket gateway accepts in one message; request less, with page[limit] or a filter`;
export const RESPONSE_TOO_LARGE = reasonAbove(limitsOfGateway('api-gateway').responseBytes);

export type LostContext = StepContext & {
  readonly sizes: Pick<ResponseSizesStore, 'markOversized' | 'block' | 'unblock' | 'unblockAll'>;
  readonly connections: Pick<ConnectionsStore, 'claimOversizeHandling'>;
};

/** A response that usually has this many bytes may sometimes be too large. */
const LARGE_BYTES = GATEWAY_MESSAGE_BYTES / 4;

interface Candidates {
  readonly commands: readonly Command[];
  /** Whether the message that was too large was almost certainly a response to one of them. */
  readonly areLikely: boolean;
}

/**
 * The commands whose response may have been too large: the exclusive one; else those with a response of unknown size; else those
 * with a large one; else all GETs, which are unlikely, since a NOTIFICATION can be too large as well. Pure.
 */
export const oversizeCandidates = (underWay: readonly Command[]): Candidates => {
  const gets = underWay.filter(({ method }) => method === 'GET');
  const groups = [
    gets.filter(({ isExclusive }) => isExclusive),
    gets.filter(({ expectedBytes }) => expectedBytes === undefined),
    gets.filter(({ expectedBytes = 0 }) => expectedBytes >= LARGE_BYTES),
  ];
  const likely = groups.find((group) => group.length > 0);
  return likely ? { commands: likely, areLikely: true } : { commands: gets, areLikely: false };
};

const tooLarge = (reason: string): Step => ({ to: 'failed', reason, failure: 'answer-too-large' });
const TOO_LARGE = tooLarge(RESPONSE_TOO_LARGE);

/** Of one of several candidates that must not be sent again. */
const LOST: Step = {
  to: 'lost',
  reason: 'the connection closed because of a message that was too large',
};

/** Whether the response has no smaller pages. */
const isSingle = ({ page = 1 }: Command): boolean => page === 1;

/**
 * The transition of a candidate. If it is certain and has no smaller pages, it fails. Otherwise it is sent again exclusively; a
 * page of a list, if it is certain, with one item, since the next item may be the large one. Pure.
 */
export const stepAfterOversize = (command: Command, isCertain: boolean, now: number): Step => {
  if (isCertain && isSingle(command)) return TOO_LARGE;
  if (!canRepeat(command, now)) return LOST;
  const { uri } = command;
  return {
    to: 'queued',
    reason: 'a message was too large; sent again while no other command is under way',
    exclusive: isCertain && !isSingle(command) ? { uri: withPage(uri, { limit: 1 }), page: 1 } : { uri },
  };
};

const allUnderWay = async ({ commands }: LostContext, groupId: string, connectionId: string) => {
  const underWay: Command[] = [];
  for await (const page of allPages((startAfter) => commands.sent(groupId, PAGE, startAfter)))
    underWay.push(...page.filter((command) => command.connectionId === connectionId));
  return underWay.filter(({ state }) => state === 'sent');
};

/** Fails queued commands with the same uri: their response would be too large again. */
const failQueued = async (context: LostContext, { groupId, uri }: Command): Promise<void> => {
  const { items } = await context.commands.queued(groupId, PAGE);
  const same = items.filter((one) => one.state === 'queued' && one.method === 'GET' && one.uri === uri);
  for (const command of same) await applyStep(context, command, TOO_LARGE);
};

const handleCandidate = async (context: LostContext, command: Command, isCertain: boolean): Promise<void> => {
  const { groupId, uri } = command;
  const step = stepAfterOversize(command, isCertain, context.clock());
  // Recorded first: the next request for this uri must see it.
  if (step.failure) await context.sizes.block(groupId, uri);
  else if (isCertain && !isSingle(command)) await context.sizes.markOversized(groupId, uri);
  const moved = await applyStep(context, command, step);
  if (!step.failure) return;
  if (moved) return failQueued(context, command);
  // Its response was being recorded: another message was too large.
  await context.sizes.unblock(groupId, uri);
};

/** After a message that was too large: handles the candidates, and queues the other commands again that may run twice. */
const handleOversize = async (
  context: LostContext,
  groupId: string,
  underWay: readonly Command[],
  isRepeated: boolean,
): Promise<readonly Command[]> => {
  const { commands: candidates, areLikely } = oversizeCandidates(underWay);
  // A NOTIFICATION that is too large is sent again and again (NOT-4), so it may also have caused earlier blocks.
  if (!areLikely && !isRepeated) await context.sizes.unblockAll(groupId);
  const isOnlyOne = candidates.length === 1 && !isRepeated;
  for (const command of candidates) {
    // Several pages may each contain the large item; of several single responses only an exclusive attempt shows which it was.
    const isCertain = areLikely && (isOnlyOne || !isSingle(command));
    await handleCandidate(context, command, isCertain);
  }
  const others = underWay.filter((command) => !candidates.includes(command));
  const now = context.clock();
  for (const command of others.filter((one) => canRepeat(one, now))) {
    await applyStep(context, command, { to: 'queued', reason: 'the connection closed; sent again' });
  }
  return others.filter((command) => !canRepeat(command, now));
};

/**
 * The same at the relay, where hardly a response is too large: nothing is recorded for later requests, and a candidate that is not
 * certain is sent again as it is.
 */
const handleOversizeAtRelay = async (
  context: LostContext,
  connectionId: string,
  underWay: readonly Command[],
  isRepeated: boolean,
): Promise<readonly Command[]> => {
  const gets = underWay.filter(({ method }) => method === 'GET');
  const now = context.clock();
  const again: Step = { to: 'queued', reason: `${LOST.reason}; sent again` };
  const certain = tooLarge(reasonAbove(limitsOf(connectionId).responseBytes));
  for (const command of gets) {
    const uncertain = canRepeat(command, now) ? again : LOST;
    await applyStep(context, command, gets.length === 1 && !isRepeated ? certain : uncertain);
  }
  return underWay.filter((command) => !gets.includes(command));
};

/**
 * Commands under way get their grace, then they are lost or sent again. After close code 1009 see {@link stepAfterOversize}.
 * @returns whether the message that was too large was probably the response to one of them; `handled-before`: this was done before, and
 * may have moved some of them, so that what is left shows neither the cause nor its absence
 */
export const connectionLost = async (
  context: LostContext,
  groupId: string,
  connectionId: string,
  closeCode?: number,
): Promise<'response-too-large' | 'handled-before' | undefined> => {
  const underWay = await allUnderWay(context, groupId, connectionId);
  const isOversize = closeCode === CLOSE_MESSAGE_TOO_BIG;
  // After the commands were read, and before the first one is moved.
  const isRepeated = isOversize && !(await context.connections.claimOversizeHandling(connectionId));
  const handle = () =>
    limitsOf(connectionId).areResponsesTight
      ? handleOversize(context, groupId, underWay, isRepeated)
      : handleOversizeAtRelay(context, connectionId, underWay, isRepeated);
  const remaining = isOversize ? await handle() : underWay;
  for (const command of remaining)
    await context.commands.connectionLost(command, connectionId, context.clock());
  if (isRepeated) return 'handled-before';
  return isOversize && oversizeCandidates(underWay).areLikely ? 'response-too-large' : undefined;
};
