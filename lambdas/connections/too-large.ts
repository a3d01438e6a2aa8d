/** `message-too-large`: the gateway closes a domain's connection because of a notification that is too large (NOT-4, NOT-8). */

import type { Evidence, Group } from '../groups/group.ts';
import type { GroupsStore } from '../groups/groups-store.ts';
import type { Check } from '../groups/review/check.ts';
import { limitsOf, limitsOfGateway } from '../platform/gateway/kinds.ts';
import type { Measure } from '../problems/finding.ts';

/** NetBackup may send the next batch in smaller parts: the contract does not say. Twice in a row, it does not. */
const MIN_CLOSES = 2;

/** @param at epoch ms of the close; the same close is counted once */
const withClose = (known: Evidence | undefined, at: number): Evidence =>
  known?.last === at
    ? known
    : { since: known?.since ?? at, last: Math.max(at, known?.last ?? 0), count: (known?.count ?? 0) + 1 };

/** Records a close with 1009 that no response explains. */
export const recordMessageTooLarge = async (
  groups: Pick<GroupsStore, 'get' | 'recordTooLarge'>,
  groupId: string,
  closedAt: number,
): Promise<void> => {
  const group = await groups.get(groupId);
  if (group) await groups.recordTooLarge(groupId, withClose(group.tooLarge, closedAt));
};

export interface TooLargeContext {
  readonly groups: Pick<GroupsStore, 'forget'>;
  /** When a group's latest notification arrived (epoch ms). */
  readonly lastNotification: (groupId: string) => Promise<number | undefined>;
}

/** By the gateway that had the connection. */
const textOf = ({ lastSession }: Group): string => {
  const { kind, responseBytes } = lastSession
    ? limitsOf(lastSession.connectionId)
    : limitsOfGateway('api-gateway');
  const gateway = kind === 'relay' ? 'the relay' : 'API Gateway';
  return `A notification of the domain is larger than the ${responseBytes} bytes that ${gateway} accepts, and NetBackup sends it again and again, and nothing after it: see "Messages above the gateway's limits" in docs/connecting.md.`;
};

/** Over when a notification has arrived. */
export const tooLargeCheck = ({ groups, lastNotification }: TooLargeContext): Check => ({
  kind: 'message-too-large',
  quick: 'always',
  async find(group: Group) {
    const { groupId, tooLarge } = group;
    if (!tooLarge) return [];
    const { since, last, count } = tooLarge;
    if (((await lastNotification(groupId)) ?? 0) >= since) {
      await groups.forget(groupId, 'tooLarge', tooLarge);
      return [];
    }
    if (count < MIN_CLOSES) return [];
    const measures: readonly Measure[] = [
      { name: 'closes', value: count, threshold: MIN_CLOSES, from: 'default' },
    ];
    return [
      {
        subject: {},
        finding: { kind: 'message-too-large', since, last, count, measures, text: textOf(group) },
      },
    ];
  },
});
