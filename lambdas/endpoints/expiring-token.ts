/** `token-expiring`: the newest token of one of a domain's endpoints expires soon, or has expired. */
import { endpointIdsOf } from '../groups/group.ts';
import type { Check } from '../groups/review/check.ts';
import { type Clock, isoTime } from '../platform/clock.ts';
import { expiryFinding } from '../problems/expiry.ts';
import type { EndpointsStore } from './endpoints-store.ts';

export interface ExpiringTokenContext {
  readonly endpoints: Pick<EndpointsStore, 'getMany'>;
  readonly clock: Clock;
  /** Before the expiry. */
  readonly warningDays: number;
}

/** Over when the endpoint has a newer token, or is disabled or deleted. */
export const expiringTokenCheck = ({ endpoints, clock, warningDays }: ExpiringTokenContext): Check => ({
  kind: 'token-expiring',
  quick: 'while-wrong',
  async find(group) {
    const { groupId } = group;
    const ids = endpointIdsOf(group);
    const found = ids.length === 0 ? [] : await endpoints.getMany(ids);
    const now = clock();
    return found.flatMap(({ endpointId, enabled, tokens }) => {
      const expiresAt = enabled ? tokens.at(-1)?.expiresAt : undefined;
      if (expiresAt === undefined) return [];
      const text = `The token of the domain is valid until ${isoTime(expiresAt)}, and the domain cannot connect after that: rotate it with POST /v1/groups/${groupId}/endpoints/${endpointId}/token and give the new details to NetBackup.`;
      const threshold = { threshold: warningDays, from: 'deployment' };
      const finding = expiryFinding('token-expiring', expiresAt, now, threshold, text);
      return finding ? [{ subject: { endpointId }, finding }] : [];
    });
  },
});
