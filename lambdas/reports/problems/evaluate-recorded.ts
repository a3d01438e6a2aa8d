/** After backups were recorded: evaluates those of which something may be wrong or mended, where a job ends. */
import { CANARY_GROUP } from '../../platform/canary-group.ts';
import type { Clock } from '../../platform/clock.ts';
import { forEachInParallel } from '../../platform/collections.ts';
import type { ProblemsStore } from '../../problems/problems-store.ts';
import type { RecordedBackups } from '../backups/backups-store.ts';
import { type EvaluateContext, evaluateClientPolicy } from './evaluate-client-policy.ts';
import { MAX_WAIT_MS } from './evaluate-group.ts';

/** @throws when storage fails: the notifications are applied again */
export type EvaluateRecorded = (groupId: string, recorded: RecordedBackups) => Promise<void>;

interface PlanContext {
  readonly problems: Pick<ProblemsStore, 'plan'>;
  readonly clock: Clock;
}

const PARALLEL = 4;
const MAX_ENTRIES = 5_000;

/**
 * At once. A group with a new client or policy is evaluated from time to time from now on. So is one of which this execution environment
 * does not know it: an attempt that failed after it had stored the new client has left it without a plan.
 */
export const evaluateRecorded = (context: EvaluateContext & PlanContext): EvaluateRecorded => {
  const planned = new Set<string>();
  return async (groupId, { toEvaluate, hasNew }) => {
    if (groupId === CANARY_GROUP) return;
    if (hasNew || !planned.has(groupId)) {
      await context.problems.plan(groupId, context.clock() + MAX_WAIT_MS);
      if (planned.size >= MAX_ENTRIES) planned.clear();
      planned.add(groupId);
    }
    await forEachInParallel(
      toEvaluate,
      (clientPolicy) => evaluateClientPolicy(context, groupId, clientPolicy),
      PARALLEL,
    );
  };
};

/** By the sweep, within a minute: for functions and commands that apply old notifications again. */
export const planRecorded =
  ({ problems, clock }: PlanContext): EvaluateRecorded =>
  async (groupId, { toEvaluate, hasNew }) => {
    if (groupId === CANARY_GROUP) return;
    if (hasNew || toEvaluate.length > 0) await problems.plan(groupId, clock());
  };
