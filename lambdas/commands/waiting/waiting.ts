/** Requests that wait for NetBackup: for how long, and how many at a time. */

import { Problem } from '../../platform/errors.ts';
import type { Log } from '../../platform/logger.ts';
import type { Entered, Full, WaitingPlaces } from './waiting-places-store.ts';

/** The longest that a request may wait here: API Gateway ends it after 30 s. */
export const MAX_WAIT_S = 25;

/** RFC 7240 `Prefer: wait=N`, in seconds, at most {@link MAX_WAIT_S}. */
export const waitOf = (prefer: string | undefined): number | undefined => {
  const found = /(?:^|[,;\s])wait\s*=\s*"?(\d{1,6})/i.exec(prefer ?? '');
  return found ? Math.min(Number(found[1]), MAX_WAIT_S) : undefined;
};

/** Which limit it is, and the setting that raises it. */
const LIMITS: Readonly<Record<Full, readonly [whose: string, setting: string]>> = {
  group: ['waiting requests of this group', 'maxWaitingRequestsPerGroup'],
  deployment: ['waiting requests', 'maxWaitingRequests'],
};

export const tooManyWaiting = (full: Full, limit: number): Problem => {
  const [whose, setting] = LIMITS[full];
  return new Problem(
    429,
    'too-many-waiting',
    `The limit of ${whose} (${limit}) is reached; nothing was sent. Try again, or raise ${setting}.`,
    { 'retry-after': '1' },
  );
};

/** By then the function that waited has ended, whatever happened to it. */
const MARGIN_MS = 6_000;

/**
 * Does what may wait until `until` (epoch ms), in one of the places for that.
 * @param work must await `admitted` before it sends or waits; the place is taken at its first call, and kept until `work`
 *   has ended, however it ends
 * @throws Problem 429 when the group's places are taken, or all are
 */
export const inWaitingRoom = async <T>(
  { places, log }: { readonly places: WaitingPlaces; readonly log: Log },
  groupId: string,
  until: number,
  work: (admitted: () => Promise<void>) => Promise<T>,
): Promise<T> => {
  let entering: Promise<Entered> | undefined;
  const admitted = async (): Promise<void> => {
    entering ??= places.enter(groupId, until + MARGIN_MS);
    const entered = await entering;
    if (!entered.ok) throw tooManyWaiting(entered.full, entered.limit);
  };
  try {
    return await work(admitted);
  } finally {
    const entered = await entering?.catch(() => undefined);
    if (entered?.ok)
      await places.leave(entered.place).catch((error: unknown) => log.error('place-not-left', error));
  }
};
