/** The verdict rules that apply to a group. */
import type { Group } from '../../groups/group.ts';
import type { VerdictRule } from './verdict.ts';

export interface RulesContext {
  /** The rules of the deployment. */
  readonly verdicts: readonly VerdictRule[];
}

/** The rules of the group come first. */
export const rulesOf = (
  { verdicts }: RulesContext,
  group: Pick<Group, 'verdicts'>,
): readonly VerdictRule[] => [...(group.verdicts ?? []), ...verdicts];
