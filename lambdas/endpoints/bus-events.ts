/** The events about tokens. */
import { type BusEvent, event, eventIdOf } from '../platform/bus/bus.ts';
import { HOUR_MS, isoTime } from '../platform/clock.ts';

/** One event an hour while it lasts: published again within the hour, it has the same `eventId`. */
export const tokenShared = (
  groupId: string,
  endpointId: string,
  addresses: readonly string[],
  now: number,
): BusEvent => {
  const eventId = eventIdOf('Token Shared', groupId, endpointId, Math.floor(now / HOUR_MS));
  return event('Token Shared', { eventId, groupId, endpointId, addresses, at: isoTime(now) });
};

export const tokenExpiring = (groupId: string, endpointId: string, expiresAt: number): BusEvent => {
  const eventId = eventIdOf('Token Expiring', groupId, endpointId, expiresAt);
  return event('Token Expiring', { eventId, groupId, endpointId, expiresAt: isoTime(expiresAt) });
};
