/** `token-expiring`: the newest token of a domain's endpoint expires soon, or has expired. */
import type { Check } from '../groups/review/check.ts';
import { type Clock, DAY_MS, isoTime } from '../platform/clock.ts';
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
  async find({ groupId, endpointId }) {
    const [endpoint] = endpointId === undefined ? [] : await endpoints.getMany([endpointId]);
    const expiresAt = endpoint?.enabled ? endpoint.tokens.at(-1)?.expiresAt : undefined;
    const now = clock();
    if (!endpoint || expiresAt === undefined || expiresAt - now > warningDays * DAY_MS) return [];
    const daysLeft = Math.floor((expiresAt - now) / DAY_MS);
    return [
      {
        subject: { endpointId: endpoint.endpointId },
        finding: {
          kind: 'token-expiring',
          since: expiresAt - warningDays * DAY_MS,
          // One change a day, with the days that are left.
          last: now - (now % DAY_MS),
          count: 1,
          measures: [{ name: 'daysLeft', value: daysLeft, threshold: warningDays, from: 'deployment' }],
          text: `The token of the domain is valid until ${isoTime(expiresAt)}, and the domain cannot connect after that: rotate it with POST /v1/groups/${groupId}/endpoints/${endpoint.endpointId}/token and give the new details to NetBackup.`,
        },
      },
    ];
  },
});
