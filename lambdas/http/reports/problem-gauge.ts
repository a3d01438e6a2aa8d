/** How many problems there are, for Prometheus. Pure. */
import type { ProblemKind, ProblemState, Severity } from '../../problems/kinds.ts';
import type { Gauge } from './exposition.ts';

export interface CountedProblem {
  /** Absent if it is about the whole deployment. */
  readonly groupId?: string | undefined;
  readonly kind: ProblemKind;
  readonly severity: Severity;
  readonly state: ProblemState;
}

/** By group, kind, severity and state: never by client, policy or job, whose number has no bound. Recovered ones are left out. */
export const problemGauge = (problems: readonly CountedProblem[]): Gauge => {
  const counts = new Map<string, { labels: Record<string, string>; value: number }>();
  for (const { groupId = '', kind, severity, state } of problems) {
    if (state === 'recovered') continue;
    const labels = { group: groupId, kind, severity, state };
    const key = JSON.stringify(labels);
    counts.set(key, { labels, value: (counts.get(key)?.value ?? 0) + 1 });
  }
  return {
    name: 'nbwss_problems',
    help: 'Problems that have not recovered, by kind, severity and state. The group is empty for those of the deployment.',
    samples: [...counts.values()],
  };
};
