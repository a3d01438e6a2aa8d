/** How many problems there are, for Prometheus. Pure. */
import type { ProblemView } from '../problems/problem-view.ts';
import type { Gauge } from './exposition.ts';

type CountedProblem = Pick<ProblemView, 'groupId' | 'kind' | 'severity' | 'state'>;

/** Counted by group, kind, severity and state: never by client, policy or job, whose number has no bound. */
export const problemGauges = (problems: readonly CountedProblem[], isComplete: boolean): Gauge[] => {
  const counts = new Map<string, { labels: Record<string, string>; value: number }>();
  for (const { groupId = '', kind, severity, state } of problems) {
    const labels = { group: groupId, kind, severity, state };
    const key = JSON.stringify(labels);
    counts.set(key, { labels, value: (counts.get(key)?.value ?? 0) + 1 });
  }
  return [
    {
      name: 'nbwss_problems',
      help: 'Problems that have not recovered; the group is empty for problems of the deployment.',
      samples: [...counts.values()],
    },
    {
      name: 'nbwss_problems_complete',
      help: 'Whether all problems could be counted: 1 or 0.',
      samples: [{ value: isComplete ? 1 : 0 }],
    },
  ];
};
