/** Notifications, and the problems of backups that they lead to, in memory. */
import type { Group } from '../../lambdas/groups/group.ts';
import { GroupsStore } from '../../lambdas/groups/groups-store.ts';
import { type Problem, shownState } from '../../lambdas/problems/problem.ts';
import { ProblemsStore } from '../../lambdas/problems/problems-store.ts';
import { createReconcile } from '../../lambdas/problems/reconcile.ts';
import { sweepProblems } from '../../lambdas/problems/sweep-problems.ts';
import { applyMessage } from '../../lambdas/reports/apply-message.ts';
import { evaluateClientPolicy } from '../../lambdas/reports/problems/evaluate-client-policy.ts';
import { evaluateGroup } from '../../lambdas/reports/problems/evaluate-group.ts';
import { evaluateRecorded } from '../../lambdas/reports/problems/evaluate-recorded.ts';
import type { TargetSettings } from '../../lambdas/reports/problems/targets.ts';
import { fakeBus, fakeClock, fakeLog } from './fakes.ts';
import { MemoryDynamodb } from './memory-dynamodb.ts';
import { projectionOn, storedMessage, VIEW_TABLES } from './notifications.ts';
import { PROBLEMS_TABLE } from './problems.ts';

const DAY_MS = 86_400_000;

export const backupProblems = (
  start: number,
  group: Partial<Group> = {},
  targetSettings: TargetSettings = {},
) => {
  const dynamodb = new MemoryDynamodb({
    ...VIEW_TABLES,
    groups: { key: ['groupId'] },
    problems: PROBLEMS_TABLE,
  });
  dynamodb.set('groups', { groupId: 'demo', kind: 'group', createdAt: 0, epoch: 0, ...group });
  const { client } = dynamodb;
  const clock = fakeClock(start);
  const log = fakeLog();
  const bus = fakeBus();
  const problems = new ProblemsStore(client, 'problems', clock);
  const base = {
    problems,
    bus,
    clock,
    log,
    repeatAfterHours: 24 * 365,
    labelsOf: async () => ({}),
    silencedUntil: async () => undefined,
  };
  const views = projectionOn(client, log, bus);
  const context = {
    ...base,
    groups: new GroupsStore(client, 'groups'),
    jobs: views.jobs,
    backups: views.backups,
    reconcile: createReconcile(base),
    verdicts: [],
    targetSettings,
  };
  const projection = { ...views, evaluate: evaluateRecorded(context) };
  const sweep = () =>
    sweepProblems(
      {
        ...base,
        evaluateSubject: (groupId, { clientName = '', policyName = '' }) =>
          evaluateClientPolicy(context, groupId, { clientName, policyName }, true),
        evaluateGroup: (groupId) => evaluateGroup(context, groupId),
      },
      Number.POSITIVE_INFINITY,
    );
  return {
    dynamodb,
    clock,
    log,
    bus,
    context,
    /** Applies one message, received now. */
    apply: async (text: string) => void (await applyMessage(projection, storedMessage(text, clock()))),
    sweep,
    /** Lets half a day pass, in which the sweep runs. */
    pass: async () => {
      for (let times = 0; times < 3; times++) {
        clock.advance(DAY_MS / 6);
        await sweep();
      }
    },
    /** All that are stored, held ones included, without those that have recovered and are not held back again. */
    found: () =>
      dynamodb
        .items<Problem>('problems')
        .filter((one) => 'kind' in one && (one.state !== 'recovered' || one.holdUntil !== undefined)),
    shown: () =>
      dynamodb
        .items<Problem>('problems')
        .filter((one) => 'kind' in one && one.state !== 'held')
        .map((one) => `${one.kind} ${shownState(one, clock(), false)}`),
  };
};
