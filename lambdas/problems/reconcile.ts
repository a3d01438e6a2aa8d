/** Makes the stored problems of a subject what a detector has found, and publishes what that changes. */
import type { Bus } from '../platform/bus/bus.ts';
import { tryToPublish } from '../platform/bus/try-to-publish.ts';
import { type Clock, HOUR_MS } from '../platform/clock.ts';
import { CONFLICT, compareAndSet } from '../platform/dynamodb/compare-and-set.ts';
import type { Log } from '../platform/logger.ts';
import type { About, Finding } from './finding.ts';
import { DEPLOYMENT, keyOfFinding, type Problem, problemIdOf } from './problem.ts';
import type { ProblemsStore } from './problems-store.ts';
import { type Labels, problemEvent } from './publish-problem.ts';
import { type Change, dueAtOf, whenAbsent, whenDue, whenFound, whenPublished } from './transitions.ts';

export interface ProblemsContext {
  readonly problems: ProblemsStore;
  readonly bus: Bus;
  readonly clock: Clock;
  readonly log: Log;
  /** Hours after which people are reminded of a problem that lasts. */
  readonly repeatAfterHours: number;
  /** Of a group, for the events; empty if it does not exist. */
  readonly labelsOf: (groupId: string) => Promise<Labels>;
  /** Epoch ms until which a mute rule applies to a problem. */
  readonly silencedUntil: (
    problem: Pick<Problem, 'groupId' | 'kind' | 'subject'>,
  ) => Promise<number | undefined>;
}

export type Reconcile = (about: About, findings: readonly Finding[]) => Promise<void>;

const MAX_ATTEMPTS = 12;

type Decide = (
  problem: Problem | undefined,
  now: number,
  silencedUntil: number | undefined,
) => Change | 'remove' | undefined;

/** Publishes a pending event. @returns undefined when the bus did not accept it: the sweep tries again */
const publish = async (
  context: ProblemsContext,
  problem: Problem,
): Promise<Problem | typeof CONFLICT | undefined> => {
  const { problems, clock, log, repeatAfterHours } = context;
  const { groupId, kind, pendingEvent } = problem;
  const labels = groupId === DEPLOYMENT ? {} : await context.labelsOf(groupId);
  if (!(await tryToPublish(context, [problemEvent(problem, labels, clock())]))) return undefined;
  log.info(`problem-${pendingEvent}`, { groupId, kind, problemId: problemIdOf(problem) });
  const now = clock();
  const change = whenPublished(problem, now);
  return (
    (await problems.write(problem, change, dueAtOf(change, now, repeatAfterHours * HOUR_MS))) ?? CONFLICT
  );
};

/** Decides and writes until nothing changes; each event is published before the next change (I-3). */
const change = async (
  context: ProblemsContext,
  first: Problem | undefined,
  id: Pick<Problem, 'groupId' | 'problem' | 'kind' | 'subject'>,
  decide: Decide,
): Promise<void> => {
  const { problems, clock, repeatAfterHours } = context;
  const silencedUntil = await context.silencedUntil(id);
  let isFirst = true;
  let problem = first;
  await compareAndSet(`Problem ${problemIdOf(id)}`, MAX_ATTEMPTS, async () => {
    if (!isFirst) problem = await problems.get(id);
    isFirst = false;
    for (;;) {
      if (problem?.pendingEvent !== undefined) {
        const published = await publish(context, problem);
        if (published === undefined || published === CONFLICT) return published;
        problem = published;
      }
      const now = clock();
      const next = decide(problem, now, silencedUntil);
      if (next === undefined) return undefined;
      if (next === 'remove') return problem && !(await problems.remove(problem)) ? CONFLICT : undefined;
      problem = await problems.write(
        problem,
        next,
        dueAtOf(next, now, repeatAfterHours * HOUR_MS, silencedUntil),
      );
      if (problem === undefined) return CONFLICT;
    }
  });
};

/** Repeating it changes nothing. What the bus does not accept is published by the sweep. @throws when storage fails */
export const createReconcile =
  (context: ProblemsContext): Reconcile =>
  async (about, findings) => {
    const { subject } = about;
    const groupId = about.groupId ?? DEPLOYMENT;
    const stored = new Map(
      (await context.problems.ofSubject(groupId, subject)).map((one) => [one.problem, one]),
    );
    for (const finding of findings) {
      const problem = keyOfFinding(about, finding);
      await change(
        context,
        stored.get(problem),
        { groupId, problem, kind: finding.kind, subject },
        (found, now, silencedUntil) => whenFound(found, about, finding, now, silencedUntil),
      );
      stored.delete(problem);
    }
    for (const problem of stored.values()) {
      if (!about.kinds.includes(problem.kind)) continue;
      await change(context, problem, problem, (found, now) => found && whenAbsent(found, now));
    }
  };

/** Publishes what is pending, reminds, and informs when a mute has ended. */
export const advance = (context: ProblemsContext, problem: Problem): Promise<void> =>
  change(
    context,
    problem,
    problem,
    (found, now, silencedUntil) =>
      found && whenDue(found, now, context.repeatAfterHours * HOUR_MS, silencedUntil),
  );
