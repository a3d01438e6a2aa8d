/** What is due: events that the bus did not accept, ends of holds and mutes, reminders, and groups to evaluate. */
import { HOUR_MS, MINUTE_MS } from '../platform/clock.ts';
import { forEachInParallel } from '../platform/collections.ts';
import { allPages } from '../platform/dynamodb/pages.ts';
import type { Subject } from './finding.ts';
import { DEPLOYMENT, type Problem } from './problem.ts';
import { type Due, PLANNED_EVALUATION } from './problems-store.ts';
import { advance, type ProblemsContext } from './reconcile.ts';
import { dueAtOf } from './transitions.ts';

export interface ProblemSweepContext extends ProblemsContext {
  /** Looks at a subject again, and reconciles its problems. */
  readonly evaluateSubject: (groupId: string, subject: Subject) => Promise<void>;
  /** Looks at everything of a group that changes with time. @returns epoch ms of the next time; undefined: the group is gone */
  readonly evaluateGroup: (groupId: string) => Promise<number | undefined>;
}

const PAGE = 100;
const PARALLEL = 8;

const isHoldDue = ({ state, holdUntil }: Problem, now: number): boolean =>
  state !== 'open' && holdUntil !== undefined && holdUntil <= now;

const sweepProblem = async (context: ProblemSweepContext, id: Pick<Problem, 'groupId' | 'problem'>) => {
  const { problems, clock, repeatAfterHours, silencedUntil } = context;
  const problem = await problems.get(id);
  if (!problem) return;
  if (isHoldDue(problem, clock()) && problem.pendingEvent === undefined) {
    await context.evaluateSubject(problem.groupId, problem.subject);
  } else {
    await advance(context, problem);
  }
  const now = clock();
  const after = await problems.get(id);
  // A mute that was prolonged by a rule, or a hold that nobody has ended: not again before its time.
  if (after?.revision !== problem.revision || after.pendingEvent !== undefined) return;
  const dueAt = dueAtOf(after, now, repeatAfterHours * HOUR_MS, await silencedUntil(after));
  const { holdUntil: _, ...rest } = after;
  if (isHoldDue(after, now)) await problems.write(after, rest, undefined);
  else await problems.write(after, after, dueAt);
};

/** Functions know of a deleted rule for half a minute, and one that deletes it plans this before: together less than a minute. */
const RULE_PROPAGATION_MS = MINUTE_MS;

/**
 * A muted problem is due when the mute ends, which can be in a year. After a rule was deleted, or a group has other labels, this
 * finds those that are muted no more. Until done or `until` (epoch ms).
 */
const sweepMuted = async (context: ProblemSweepContext, plannedAt: number, until: number): Promise<void> => {
  const { problems, clock, repeatAfterHours, silencedUntil } = context;
  const now = clock();
  for await (const page of allPages((startAfter) => problems.listPlanned(now, PAGE, startAfter))) {
    await forEachInParallel(
      page,
      async ({ groupId, problem, dueAt }) => {
        const found = problem === PLANNED_EVALUATION ? undefined : await problems.get({ groupId, problem });
        if (found?.state !== 'open' || clock() > until) return;
        const next = dueAtOf(found, clock(), repeatAfterHours * HOUR_MS, await silencedUntil(found));
        if (next !== undefined && next < dueAt) await sweepProblem(context, found);
      },
      PARALLEL,
    );
    if (clock() > until) return;
  }
  if (now - plannedAt >= RULE_PROPAGATION_MS) await problems.unplan(DEPLOYMENT, plannedAt);
};

/** Never rejects: what fails does not keep back the others, and is due again in the next minute. */
const sweepDue = async (
  context: ProblemSweepContext,
  { groupId, problem, dueAt }: Due,
  until: number,
): Promise<void> => {
  const { problems, log } = context;
  try {
    if (problem !== PLANNED_EVALUATION) return await sweepProblem(context, { groupId, problem });
    if (groupId === DEPLOYMENT) return await sweepMuted(context, dueAt, until);
    const next = await context.evaluateGroup(groupId);
    await (next === undefined ? problems.unplan(groupId, dueAt) : problems.replan(groupId, dueAt, next));
  } catch (error) {
    log.error('problem-not-evaluated', error, { groupId, problem });
  }
};

/** Until done or `until` (epoch ms). */
export const sweepProblems = async (context: ProblemSweepContext, until: number): Promise<void> => {
  const { problems, clock, log } = context;
  const now = clock();
  for await (const page of allPages((startAfter) => problems.listDue(now, PAGE, startAfter))) {
    await forEachInParallel(
      page,
      async (due) => {
        if (clock() <= until) await sweepDue(context, due, until);
      },
      PARALLEL,
    );
    if (clock() > until) return log.warn('sweep-out-of-time', { part: 'problems' });
  }
};
