/** Logs each minute which domains should be connected but are not, so that an alarm lasts as long as its cause. */
import { type Clock, isoTime, MINUTE_MS } from '../platform/clock.ts';
import type { Key } from '../platform/dynamodb/requests.ts';
import type { Log } from '../platform/logger.ts';
import type { GroupsStore } from './groups-store.ts';

export interface DisconnectedSweepContext {
  readonly groups: Pick<GroupsStore, 'listDown'>;
  readonly clock: Clock;
  readonly log: Log;
  /** After a planned close or a restart of its web service (GRP-5), NetBackup reconnects sooner. */
  readonly disconnectedMinutes: number;
}

const PAGE = 100;

/** Runs until done or `until` (epoch ms). @returns the ids of these groups */
export const sweepDisconnected = async (
  context: DisconnectedSweepContext,
  until: number,
): Promise<readonly string[]> => {
  const { groups, clock, log, disconnectedMinutes } = context;
  const since = clock() - disconnectedMinutes * MINUTE_MS;
  const down: string[] = [];
  let startAfter: Key | undefined;
  do {
    if (clock() > until) {
      log.warn('sweep-out-of-time', { part: 'down' });
      return down;
    }
    const page = await groups.listDown(since, PAGE, startAfter);
    for (const { groupId, downSince } of page.items) {
      log.warn('domain-disconnected', { groupId, since: downSince && isoTime(downSince) });
      down.push(groupId);
    }
    startAfter = page.lastKey;
  } while (startAfter);
  return down;
};
