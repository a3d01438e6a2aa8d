/** The verdict rules that apply to a group. */
import type { VerdictRule } from '../../groups/backup-rules.ts';
import type { Group } from '../../groups/group.ts';

export interface RulesContext {
  /** The rules of the deployment. */
  readonly verdicts: readonly VerdictRule[];
}

/** The rules of the group come first. */
export const rulesOf = (
  { verdicts }: RulesContext,
  group: Pick<Group, 'verdicts'>,
): readonly VerdictRule[] => [...(group.verdicts ?? []), ...verdicts];
