/**
 * What status 410 (Gone) of `@connections` means for a message. AWS documents it for connections that have ended, but messages
 * were seen to arrive nevertheless (github.com/aws/aws-sdk-js/issues/3773): only an end that was recorded before posting proves
 * that the message did not arrive. Pure.
 */
import type { Connection } from '../connections/connection.ts';
import type { Session } from '../groups/group.ts';
import { type Command, mayRepeat, type Step } from './command.ts';

/** The clocks of two functions differ by less than this. */
const MAX_CLOCK_SKEW_MS = 1_000;

export interface ConnectionFacts {
  /** The connection that was posted to. */
  readonly connection: Pick<Connection, 'state' | 'closedAt'> | undefined;
  /** The group's session now. */
  readonly session: Pick<Session, 'connectionId' | 'since'> | undefined;
}

/**
 * Whether a connection had ended before `postedAt` (epoch ms): its end had been recorded, or NetBackup had authenticated on another
 * connection and listens to that one only (CON-6).
 */
export const hadEnded = (
  { connection, session }: ConnectionFacts,
  connectionId: string,
  postedAt: number,
): boolean => {
  const before = (at: number | undefined) => at !== undefined && at + MAX_CLOCK_SKEW_MS <= postedAt;
  const ended = connection?.state === 'CLOSED' && before(connection.closedAt);
  const replaced = session !== undefined && session.connectionId !== connectionId && before(session.since);
  return ended || replaced;
};

/** @param hadConnectionEnded called only if it matters: it costs two reads */
export const stepAfterGone = async (
  command: Command,
  hadConnectionEnded: () => Promise<boolean>,
): Promise<Step> =>
  mayRepeat(command) || (await hadConnectionEnded())
    ? { to: 'queued', reason: 'the gateway refused it: gone' }
    : {
        to: 'lost',
        reason:
          'the gateway reported status 410 (Gone), which does not prove that the message did not arrive',
      };
