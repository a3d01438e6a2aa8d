/** What becomes of the commands that a connection carried when it went away. */
import type { Key } from '../platform/dynamodb/requests.ts';
import { GATEWAY_MESSAGE_BYTES } from '../protocol/limits.ts';
import { type Command, canRepeat, type Step } from './command.ts';
import { type SettleContext, settle } from './dispatch.ts';
import type { PageSizes } from './paging/page-sizes.ts';
import { pathOf, withPage } from './paging/page-uri.ts';

/** "Message too big": the gateway's answer to a frame above 32 KB or a message above 128 KB. */
const TOO_BIG = 1009;
const PAGE = 100;

export const TOO_LARGE_ANSWER = `its answer is larger than the ${GATEWAY_MESSAGE_BYTES} bytes that the WebSocket gateway carries in one message; ask for less, with page[limit] or a filter`;

export type LostContext = SettleContext & {
  readonly pageSizes: Pick<PageSizes, 'remember'>;
};

const isSuspect = ({ method }: Command): boolean => method === 'GET' || method === 'HEAD';

/**
 * What follows for a GET that was under way when a message was too large. The message may have been somebody else's, a
 * NOTIFICATION's for instance: it is asked again alone, once, in half the page. Pure.
 * @param isOnly whether no other GET was under way
 */
export const afterTooLarge = (command: Command, isOnly: boolean, now: number): Step => {
  const { page = 1, uri } = command;
  if (command.alone && isOnly) return { to: 'failed', reason: TOO_LARGE_ANSWER, failure: 'answer-too-large' };
  if (!canRepeat(command, now)) {
    return { to: 'lost', reason: 'the connection went away because of a message that was too large' };
  }
  const half = Math.floor(page / 2);
  return {
    to: 'queued',
    reason: 'a message was too large; sent again alone',
    alone: half === 0 ? { uri } : { uri: withPage(uri, { limit: half }), page: half },
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

/** The next caller asks for less at once, whether or not anybody still waits for this answer. */
const remember = async ({ pageSizes }: LostContext, { groupId, uri, page = 1 }: Command): Promise<void> => {
  const half = Math.floor(page / 2);
  if (half > 0) await pageSizes.remember(groupId, pathOf(uri), half);
};

/** What the connection carried gets its grace, then it is lost or sent again; see {@link afterTooLarge}. */
export const connectionLost = async (
  context: LostContext,
  groupId: string,
  connectionId: string,
  closeCode?: number,
): Promise<void> => {
  const carried = await allSent(context, groupId, connectionId);
  const suspects = closeCode === TOO_BIG ? carried.filter(isSuspect) : [];
  for (const command of carried) {
    if (!suspects.includes(command)) {
      await context.commands.connectionLost(command, connectionId, context.clock());
      continue;
    }
    await remember(context, command);
    await settle(context, command, afterTooLarge(command, suspects.length === 1, context.clock()));
  }
};
