/** Problems over a table in memory. */

import { silencedUntil } from '../../lambdas/problems/mute-rule.ts';
import { MuteRulesStore } from '../../lambdas/problems/mute-rules-store.ts';
import { ProblemsStore } from '../../lambdas/problems/problems-store.ts';
import { createReconcile, type ProblemsContext } from '../../lambdas/problems/reconcile.ts';
import { type ProblemSweepContext, sweepProblems } from '../../lambdas/problems/sweep-problems.ts';
import { fakeBus, fakeClock, fakeLog } from './fakes.ts';
import { MemoryDynamodb } from './memory-dynamodb.ts';

export const PROBLEMS_TABLE = {
  key: ['groupId', 'problem'],
  indexes: {
    due: ['dueShard', 'dueAt'],
    'by-place': ['list', 'place'],
    'by-group': ['groupList', 'place'],
  },
} as const;

export const problemsWorld = (more: Partial<ProblemSweepContext> = {}) => {
  const dynamodb = new MemoryDynamodb({ problems: PROBLEMS_TABLE });
  const clock = fakeClock();
  const log = fakeLog();
  const bus = fakeBus();
  const problems = new ProblemsStore(dynamodb.client, 'problems', clock);
  const rules = new MuteRulesStore(dynamodb.client, 'problems', clock);
  const context: ProblemsContext = {
    problems,
    bus,
    clock,
    log,
    repeatAfterHours: 24,
    labelsOf: async () => ({ customer: 'acme' }),
    silencedUntil: async (problem) =>
      silencedUntil(await rules.list(), { ...problem, labels: { customer: 'acme' } }, clock()),
  };
  const sweepContext: ProblemSweepContext = {
    ...context,
    evaluateSubject: async () => {},
    evaluateGroup: async () => undefined,
    ...more,
  };
  return {
    dynamodb,
    clock,
    log,
    bus,
    problems,
    rules,
    context,
    reconcile: createReconcile(context),
    sweep: () => sweepProblems(sweepContext, Number.POSITIVE_INFINITY),
  };
};
