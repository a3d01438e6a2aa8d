/** Reads the open problems of a digest's domains. */
import type { Group } from '../groups/group.ts';
import { omitUndefined } from '../platform/omit-undefined.ts';
import { PROBLEM_KINDS } from '../problems/kinds.ts';
import { type MuteRule, silencedUntil } from '../problems/mute-rule.ts';
import type { MuteRulesStore } from '../problems/mute-rules-store.ts';
import { DEPLOYMENT, measuresAt, type Problem, shownState } from '../problems/problem.ts';
import type { ProblemsStore } from '../problems/problems-store.ts';
import type { OpenProblem } from './digest.ts';

export interface ProblemsContext {
  readonly problems: Pick<ProblemsStore, 'list'>;
  readonly muteRules: Pick<MuteRulesStore, 'list'>;
}

/** The labels of the domains by their ids. */
export type Domains = ReadonlyMap<string, NonNullable<Group['labels']>>;

export interface OpenProblems {
  /** The critical problems first, then the oldest. */
  readonly items: readonly OpenProblem[];
  /** False when there are more problems than one digest reads. */
  readonly isComplete: boolean;
}

const PAGE = 100;
/** The most problems that are read for one digest. */
const MAX_READ = 5_000;

const viewOf = ({ groupId, kind, subject, text, since, measures }: Problem, now: number): OpenProblem => ({
  ...omitUndefined({ groupId: groupId === DEPLOYMENT ? undefined : groupId }),
  kind,
  severity: PROBLEM_KINDS[kind],
  subject,
  text,
  since,
  measures: measuresAt(measures, now),
});

const isOpen = (
  problem: Problem,
  labels: NonNullable<Group['labels']>,
  rules: readonly MuteRule[],
  now: number,
) => {
  const isSilenced = silencedUntil(rules, { ...problem, labels }, now) !== undefined;
  return shownState(problem, now, isSilenced) === 'open';
};

const mostSeriousFirst = (one: OpenProblem, other: OpenProblem): number =>
  one.severity === other.severity ? one.since - other.since : one.severity === 'critical' ? -1 : 1;

/** Leaves out acknowledged and muted problems. @param withDeployment also reads those of the whole deployment */
export const readOpenProblems = async (
  { problems, muteRules }: ProblemsContext,
  domains: Domains,
  withDeployment: boolean,
  now: number,
): Promise<OpenProblems> => {
  const rules = await muteRules.list();
  const items: OpenProblem[] = [];
  let place: string | undefined;
  for (let read = 0; read < MAX_READ; read += PAGE) {
    const page = await problems.list('open', undefined, place, PAGE);
    for (const { problem } of page.items) {
      const labels = problem.groupId === DEPLOYMENT && withDeployment ? {} : domains.get(problem.groupId);
      if (labels && isOpen(problem, labels, rules, now)) items.push(viewOf(problem, now));
    }
    place = page.next;
    if (place === undefined) return { items: items.sort(mostSeriousFirst), isComplete: true };
  }
  return { items: items.sort(mostSeriousFirst), isComplete: false };
};
