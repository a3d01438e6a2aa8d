/** Problems without storage: what is open after everything that was settled. */
import type { About, Finding, Subject } from '../../lambdas/problems/finding.ts';
import type { ProblemKind } from '../../lambdas/problems/kinds.ts';
import type { Reconcile } from '../../lambdas/problems/reconcile.ts';

export interface OpenProblem {
  readonly groupId: string | undefined;
  readonly subject: Subject;
  readonly finding: Finding;
}

export const fakeProblems = () => {
  const open = new Map<string, OpenProblem>();
  const settled: { readonly about: About; readonly findings: readonly Finding[] }[] = [];
  const keyOf = ({ groupId, subject }: About, kind: ProblemKind) =>
    JSON.stringify([groupId, Object.entries(subject).sort(), kind]);
  const reconcile: Reconcile = async (about, findings) => {
    settled.push({ about, findings });
    for (const kind of about.kinds) open.delete(keyOf(about, kind));
    for (const finding of findings) {
      const { groupId, subject } = about;
      open.set(keyOf(about, finding.kind), { groupId, subject, finding });
    }
  };
  return {
    reconcile,
    settled,
    open: () => [...open.values()],
    kinds: () => [...open.values()].map(({ finding }) => finding.kind).sort(),
    openSubjects: async (groupId: string | undefined, kind: ProblemKind) =>
      [...open.values()]
        .filter((one) => one.groupId === groupId && one.finding.kind === kind)
        .map(({ subject }) => subject),
  };
};

/** @param kind of a finding whose content does not matter */
export const findingOf = (kind: ProblemKind, change: Partial<Finding> = {}): Finding => ({
  kind,
  since: 1,
  last: 1,
  count: 1,
  measures: [],
  text: 'A test.',
  ...change,
});
