/** Requests that wait for NetBackup: for how long, and how many at a time. */
import type { WaitingRoom } from '../commands/waiting-room.ts';
import { Problem } from '../platform/errors.ts';
import type { Log } from '../platform/logger.ts';

/** The longest that a request may wait here: API Gateway ends it after 30 s. */
export const MOST_WAIT_S = 25;

/** RFC 7240 `Prefer: wait=N`, in seconds, at most {@link MOST_WAIT_S}. */
export const waitOf = (prefer: string | undefined): number | undefined => {
  const found = /(?:^|[,;\s])wait\s*=\s*"?(\d{1,6})/i.exec(prefer ?? '');
  return found ? Math.min(Number(found[1]), MOST_WAIT_S) : undefined;
};

/** By then the function that waited has ended, whatever happened to it. */
const MARGIN_MS = 6_000;

/**
 * Does what waits until `until` (epoch ms), in one of the deployment's places for that.
 * @throws Problem 429, before anything is done, when all places are taken
 */
export const inWaitingRoom = async <T>(
  { room, log }: { readonly room: WaitingRoom; readonly log: Log },
  until: number,
  work: () => Promise<T>,
): Promise<T> => {
  const place = await room.enter(until + MARGIN_MS);
  if (!place) {
    const detail =
      'As many requests wait for NetBackup as may (maxWaitingRequests). Nothing was sent; try again.';
    throw new Problem(429, 'too-many-waiting', detail, { 'retry-after': '1' });
  }
  try {
    return await work();
  } finally {
    await room.leave(place).catch((error: unknown) => log.error('place-not-left', error));
  }
};
