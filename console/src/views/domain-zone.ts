/** The zone in which a view shows the times of domains. */
import { useDomain, useDomains } from '../api/domains.ts';
import { formatMoment, formatTime, zoneName } from '../format/times.ts';
import type { DomainZone } from '../format/zone.ts';
import { zone } from '../preferences.ts';

/** The zone of each shown domain; for a single domain only that one is loaded. */
export const useDomainZones = (groupId?: string): ((of: string) => DomainZone | undefined) => {
  const isShown = zone.value === 'domain';
  const one = useDomain(isShown ? groupId : undefined);
  const all = useDomains(isShown && groupId === undefined);
  return (of) => (groupId === undefined ? all.data?.find((domain) => domain.groupId === of) : one.data);
};

export interface Times {
  /** The title of a column of times: with the zone, if all rows have the same one. */
  title(name: string): string;
  cell(time: string, groupId: string): string;
}

/** How a list shows times. @param groupId the only domain in it */
export const useTimes = (groupId?: string): Times => {
  const zoneOf = useDomainZones(groupId);
  const hasManyZones = zone.value === 'domain' && groupId === undefined;
  return {
    title: (name) =>
      hasManyZones ? name : `${name} (${zoneName(groupId === undefined ? undefined : zoneOf(groupId))})`,
    cell: (time, of) => (hasManyZones ? formatTime(time, zoneOf(of)) : formatMoment(time, zoneOf(of))),
  };
};
