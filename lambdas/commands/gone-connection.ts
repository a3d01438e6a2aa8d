/**
 * What a 410 of `@connections` says of a message. AWS documents it for connections that have ended, but the message has
 * been seen to arrive all the same (github.com/aws/aws-sdk-js/issues/3773): only what was known before it was sent proves
 * that it did not. Pure.
 */
import type { Connection } from '../connections/connection.ts';
import type { Session } from '../groups/group.ts';
import { type Command, mayRepeat, type Step } from './command.ts';

/** The clocks of two functions differ by less. */
const CLOCKS_APART_MS = 1_000;

export interface Known {
  /** The connection that was posted to. */
  readonly connection: Pick<Connection, 'state' | 'closedAt'> | undefined;
  /** The group's session now. */
  readonly session: Pick<Session, 'connectionId' | 'since'> | undefined;
}

/**
 * Whether a connection was over before `postedAt` (epoch ms): its end had been recorded, or NetBackup had become its
 * group's session on another one, and listens to that alone (CON-6).
 */
export const wasOver = ({ connection, session }: Known, connectionId: string, postedAt: number): boolean => {
  const before = (at: number | undefined) => at !== undefined && at + CLOCKS_APART_MS <= postedAt;
  const ended = connection?.state === 'CLOSED' && before(connection.closedAt);
  const replaced = session !== undefined && session.connectionId !== connectionId && before(session.since);
  return ended || replaced;
};

/** @param isOver asked only where the answer matters: it costs two reads */
export const afterGone = async (command: Command, isOver: () => Promise<boolean>): Promise<Step> =>
  mayRepeat(command) || (await isOver())
    ? { to: 'queued', reason: 'the gateway refused it: gone' }
    : {
        to: 'lost',
        reason:
          'the gateway called the connection gone (410), which does not prove that the message did not arrive',
      };
