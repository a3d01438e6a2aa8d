/** Pages of problems, of one group or of all groups that a key may see. */
import type { Group } from '../../groups/group.ts';
import type { GroupsStore } from '../../groups/groups-store.ts';
import { hasLabels, type Label } from '../../groups/labels.ts';
import type { Clock } from '../../platform/clock.ts';
import { omitUndefined } from '../../platform/omit-undefined.ts';
import type { ProblemKind, ProblemState, Severity } from '../../problems/kinds.ts';
import { silencedUntil } from '../../problems/mute-rule.ts';
import type { MuteRulesStore } from '../../problems/mute-rules-store.ts';
import { DEPLOYMENT, type Problem, problemIdOf } from '../../problems/problem.ts';
import type { List, ProblemsStore } from '../../problems/problems-store.ts';
import { maySee, type Principal } from '../rights.ts';
import { type ProblemView, problemView } from './problem-view.ts';

export interface ListProblemsContext {
  readonly problems: ProblemsStore;
  readonly muteRules: MuteRulesStore;
  readonly groups: Pick<GroupsStore, 'getMany'>;
  readonly clock: Clock;
}

export interface ProblemFilter {
  readonly state?: readonly ProblemState[] | undefined;
  readonly kind?: readonly ProblemKind[] | undefined;
  readonly severity?: Severity | undefined;
  readonly label?: readonly Label[] | undefined;
}

/** Where the next page begins. */
export interface ProblemPlace {
  readonly list: List;
  readonly place?: string;
}

/** How many problems one request reads at most; a page may be short, or empty, before the end. */
const MAX_READ = 1_000;
const PAGE = 100;

/** Views of problems that a key may see, with the labels of their groups. */
export const viewsOf = async (
  { groups, muteRules, clock }: ListProblemsContext,
  key: Principal,
  problems: readonly Problem[],
): Promise<readonly { readonly view: ProblemView; readonly group: Pick<Group, 'labels'> }[]> => {
  // If the labels of the groups decide what the key may see, the groups must be read first.
  const possible = key.labels ? problems : problems.filter(({ groupId }) => maySee(key, { groupId }));
  const ids = [...new Set(possible.map(({ groupId }) => groupId))].filter(
    (groupId) => groupId !== DEPLOYMENT,
  );
  const [found, rules] = await Promise.all([groups.getMany(ids), muteRules.known()]);
  const groupOf = new Map(found.map((group) => [group.groupId, group]));
  const now = clock();
  return possible.flatMap((problem) => {
    const { groupId, kind, subject } = problem;
    const group: Pick<Group, 'groupId' | 'labels'> | undefined =
      groupId === DEPLOYMENT ? { groupId } : groupOf.get(groupId);
    // Without a group: the group was deleted.
    if (!group || !maySee(key, group)) return [];
    const { labels = {} } = group;
    const isSilenced = silencedUntil(rules, { groupId, kind, subject, labels }, now) !== undefined;
    return [{ view: problemView(problem, labels, now, isSilenced), group }];
  });
};

const listsOf = ({ state }: ProblemFilter): readonly List[] => {
  if (state === undefined) return ['open'];
  const isOpen = state.some((one) => one !== 'recovered');
  return [
    ...(isOpen ? (['open'] as const) : []),
    ...(state.includes('recovered') ? (['recovered'] as const) : []),
  ];
};

export interface ProblemPage {
  readonly items: readonly ProblemView[];
  /** The place of the last problem that the key may see: a cursor reveals nothing of the others (I-13). */
  readonly next?: ProblemPlace;
  /** Whether the list ends here. Without it and without `next`, the key may see none of the problems that were read. */
  readonly isEnd: boolean;
}

/** @param groupId undefined: all groups; `after`: undefined on the first page */
export const listProblems = async (
  context: ListProblemsContext,
  key: Principal,
  groupId: string | undefined,
  filter: ProblemFilter,
  limit: number,
  after: ProblemPlace | undefined,
): Promise<ProblemPage> => {
  const { kind, severity, state, label = [] } = filter;
  const items: ProblemView[] = [];
  const lists = listsOf(filter);
  let [list, place] = [after?.list ?? lists[0], after?.place];
  let next: ProblemPlace | undefined;
  for (let read = 0; list !== undefined; ) {
    if (read >= MAX_READ) return { items, isEnd: false, ...omitUndefined({ next }) };
    const page = await context.problems.list(list, groupId, place, PAGE);
    read += PAGE;
    const byProblem = new Map(
      (
        await viewsOf(
          context,
          key,
          page.items.map(({ problem }) => problem),
        )
      ).map((one) => [one.view.problemId, one]),
    );
    for (const { place: at, problem } of page.items) {
      const found = byProblem.get(problemIdOf(problem));
      if (!found) continue;
      next = { list, place: at };
      const { view, group } = found;
      const isShown =
        (state === undefined || state.includes(view.state)) &&
        (kind === undefined || kind.includes(view.kind as ProblemKind)) &&
        (severity === undefined || severity === view.severity) &&
        hasLabels(group, label);
      if (!isShown) continue;
      items.push(view);
      if (items.length === limit) return { items, next, isEnd: false };
    }
    place = page.next;
    if (place !== undefined) continue;
    list = lists[lists.indexOf(list) + 1];
    if (list !== undefined) next = { list };
  }
  return { items, isEnd: true };
};
