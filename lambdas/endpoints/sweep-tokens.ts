/** Warns of each token once, some days before it expires. */
import type { Bus } from '../platform/bus/bus.ts';
import { tryToPublish } from '../platform/bus/try-to-publish.ts';
import { type Clock, DAY_MS, isoTime } from '../platform/clock.ts';
import { allPages } from '../platform/dynamodb/pages.ts';
import type { Key } from '../platform/dynamodb/requests.ts';
import type { Log } from '../platform/logger.ts';
import { tokenExpiring } from './bus-events.ts';
import type { EndpointsStore } from './endpoints-store.ts';

export interface TokenSweepContext {
  readonly endpoints: EndpointsStore;
  readonly bus: Bus;
  readonly clock: Clock;
  readonly log: Log;
  /** Days before the expiry. */
  readonly warningDays: number;
}

const PAGE = 100;

/** Until done or `until` (epoch ms). What the bus does not accept is published by a later sweep. */
export const sweepTokens = async (context: TokenSweepContext, until: number): Promise<void> => {
  const { endpoints, clock, log, warningDays } = context;
  const read = (startAfter: Key | undefined) =>
    endpoints.listExpiring(clock() + warningDays * DAY_MS, PAGE, startAfter);
  for await (const page of allPages(read)) {
    const found = await endpoints.getMany(page.map(({ endpointId }) => endpointId));
    for (const { groupId, endpointId, tokenExpiresAt, expiryShard } of found) {
      if (clock() > until) return log.warn('sweep-out-of-time', { part: 'tokens' });
      // The index is eventually consistent.
      if (expiryShard === undefined || tokenExpiresAt === undefined) continue;
      const published = await tryToPublish(context, [tokenExpiring(groupId, endpointId, tokenExpiresAt)]);
      if (!published) continue;
      log.warn('token-expiring', { groupId, endpointId, expiresAt: isoTime(tokenExpiresAt) });
      await endpoints.markExpiryPublished(endpointId, tokenExpiresAt);
    }
  }
};
