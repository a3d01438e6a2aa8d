/** Requests that wait for NetBackup: for how long, and how many at a time. */
import type { WaitingRoom } from '../../commands/waiting-room.ts';
import { Problem } from '../../platform/errors.ts';
import type { Log } from '../../platform/logger.ts';

/** The longest that a request may wait here: API Gateway ends it after 30 s. */
export const MOST_WAIT_S = 25;

/** RFC 7240 `Prefer: wait=N`, in seconds, at most {@link MOST_WAIT_S}. */
export const waitOf = (prefer: string | undefined): number | undefined => {
  const found = /(?:^|[,;\s])wait\s*=\s*"?(\d{1,6})/i.exec(prefer ?? '');
  return found ? Math.min(Number(found[1]), MOST_WAIT_S) : undefined;
};

const roomFull = () =>
  new Problem(
    429,
    'too-many-waiting',
    'As many requests wait for NetBackup as may (maxWaitingRequests). Nothing was sent; try again.',
    { 'retry-after': '1' },
  );

/** By then the function that waited has ended, whatever happened to it. */
const MARGIN_MS = 6_000;

/**
 * Does what waits until `until` (epoch ms), in one of the deployment's places for that.
 * @param work begins at once, but must await `entered` before it does anything that lasts
 * @throws Problem 429 when all places are taken
 */
export const inWaitingRoom = async <T>(
  { room, log }: { readonly room: WaitingRoom; readonly log: Log },
  until: number,
  work: (entered: Promise<void>) => Promise<T>,
): Promise<T> => {
  const entering = room.enter(until + MARGIN_MS);
  const entered = entering.then((place) => {
    if (!place) throw roomFull();
  });
  // Work may fail before it comes to waiting for this.
  entered.catch(() => {});
  try {
    return await work(entered);
  } finally {
    const place = await entering.catch(() => undefined);
    if (place) await room.leave(place).catch((error: unknown) => log.error('place-not-left', error));
  }
};
