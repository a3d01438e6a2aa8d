/** Settles what is wrong with one group. */
import type { Log } from '../../platform/logger.ts';
import type { Subject } from '../../problems/finding.ts';
import type { ProblemKind } from '../../problems/kinds.ts';
import { subjectId } from '../../problems/problem.ts';
import type { Reconcile } from '../../problems/reconcile.ts';
import type { Group } from '../group.ts';
import type { GroupsStore } from '../groups-store.ts';
import { type Check, type Depth, type Found, isDue } from './check.ts';

export interface ReviewContext {
  readonly checks: readonly Check[];
  readonly reconcile: Reconcile;
  /** The subjects of the open problems of one kind. Eventually consistent. */
  readonly openSubjects: (groupId: string, kind: ProblemKind) => Promise<readonly Subject[]>;
  readonly groups: Pick<GroupsStore, 'recordReview'>;
  readonly log: Log;
}

/** However its client is spelled: that is one problem. */
const sameSubject = (a: Subject, b: Subject): boolean => subjectId(a) === subjectId(b);

/** @returns whether the kind is wrong, or was until now: then the next review looks once more for what must recover */
const reconcileKind = async (
  { reconcile, openSubjects }: ReviewContext,
  { groupId }: Group,
  kind: ProblemKind,
  found: readonly Found[],
  wasWrong: boolean,
): Promise<boolean> => {
  const subjects: Subject[] = wasWrong ? [...(await openSubjects(groupId, kind))] : [];
  for (const { subject } of found) {
    if (!subjects.some((one) => sameSubject(one, subject))) subjects.push(subject);
  }
  for (const subject of subjects) {
    const findings = found.filter((one) => sameSubject(one.subject, subject)).map(({ finding }) => finding);
    await reconcile({ groupId, subject, kinds: [kind] }, findings);
  }
  return subjects.length > 0;
};

/** @param mark notes that the kind is wrong. @returns whether it is wrong now */
const check = async (
  context: ReviewContext,
  group: Group,
  one: Check,
  depth: Depth,
  mark: () => Promise<void>,
): Promise<boolean> => {
  const wasWrong = group.wrong?.includes(one.kind) ?? false;
  if (!isDue(one, group, depth)) return wasWrong;
  const found = await one.find(group);
  if (found === undefined) return wasWrong;
  if (found.length === 0 && !wasWrong) return false;
  // A quick review only looks for changes; the evidence is updated by the next full one.
  if (found.length > 0 && wasWrong && depth === 'quick') return true;
  // First: without its mark a problem that is stored would not be looked at again, and never recover.
  if (!wasWrong) await mark();
  return reconcileKind(context, group, one.kind, found, wasWrong);
};

/** @param group as just read */
export const reviewGroup = async (context: ReviewContext, group: Group, depth: Depth): Promise<void> => {
  const { checks, groups, log } = context;
  const { groupId } = group;
  const hasEvidence = group.tooLarge !== undefined || group.credentialRefused !== undefined;
  let wrong = group.wrong ?? [];
  let isMarked = group.markShard !== undefined;
  const record = async (kinds: readonly ProblemKind[]): Promise<void> => {
    const mustMark = kinds.length > 0 || hasEvidence;
    const isSame = kinds.length === wrong.length && kinds.every((kind) => wrong.includes(kind));
    if (isSame && mustMark === isMarked) return;
    await groups.recordReview(groupId, kinds, mustMark);
    [wrong, isMarked] = [kinds, mustMark];
  };
  const now: ProblemKind[] = [];
  for (const one of checks) {
    const { kind } = one;
    try {
      if (await check(context, group, one, depth, () => record([...wrong, kind]))) now.push(kind);
    } catch (error) {
      // The other kinds are reconciled all the same; this one is repeated, since its mark remains.
      log.error('sweep-failed', error, { groupId, kind });
      if (wrong.includes(kind)) now.push(kind);
    }
  }
  await record(now);
};
