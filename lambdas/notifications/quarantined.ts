/** `quarantined`: notifications of a domain could not be interpreted, and nobody has replayed them. */

import type { Check } from '../groups/review/check.ts';
import { type Clock, DAY_MS } from '../platform/clock.ts';
import type { Measure } from '../problems/finding.ts';
import type { QuarantineStore } from './quarantine-store.ts';

export interface QuarantinedContext {
  readonly quarantine: Pick<QuarantineStore, 'waiting'>;
  readonly clock: Clock;
  readonly retentionDays: number;
}

/** The problem is over when the quarantine is empty: all notifications were replayed, or have expired. */
export const quarantinedCheck = ({ quarantine, clock, retentionDays }: QuarantinedContext): Check => ({
  kind: 'quarantined',
  quick: 'while-wrong',
  async find({ groupId }) {
    const waiting = await quarantine.waiting(groupId, clock() - retentionDays * DAY_MS);
    if (!waiting) return [];
    const { first, last, count } = waiting;
    const measures: readonly Measure[] = [
      { name: 'notifications', value: count, threshold: 1, from: 'default' },
    ];
    const text = `Notifications of the domain could not be interpreted, so their jobs and images may be missing or out of date: read them with GET /v1/groups/${groupId}/quarantine, and replay them after an update.`;
    return [{ subject: {}, finding: { kind: 'quarantined', since: first, last, count, measures, text } }];
  },
});
