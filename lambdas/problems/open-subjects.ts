import type { Subject } from './finding.ts';
import type { ProblemKind } from './kinds.ts';
import { DEPLOYMENT } from './problem.ts';
import type { ProblemsStore } from './problems-store.ts';

const PAGE = 100;

/** The subjects of the open problems of one kind, for a group or (undefined) the deployment. Eventually consistent. */
export const openSubjects =
  (problems: Pick<ProblemsStore, 'list'>) =>
  async (groupId: string | undefined, kind: ProblemKind): Promise<readonly Subject[]> => {
    const subjects: Subject[] = [];
    let before: string | undefined;
    do {
      const page = await problems.list('open', groupId ?? DEPLOYMENT, before, PAGE);
      subjects.push(
        ...page.items.filter(({ problem }) => problem.kind === kind).map(({ problem }) => problem.subject),
      );
      before = page.next;
    } while (before !== undefined);
    return subjects;
  };
