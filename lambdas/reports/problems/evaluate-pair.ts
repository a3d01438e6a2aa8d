/** Evaluates the backups of one client under one policy, and settles what is wrong with them. */
import type { GroupsStore } from '../../groups/groups-store.ts';
import { CONFLICT, compareAndSet } from '../../platform/dynamodb/compare-and-set.ts';
import type { Finding } from '../../problems/finding.ts';
import type { Settle } from '../../problems/settle.ts';
import type { BackupsStore, PairName, ReadPair } from '../backups/backups-store.ts';
import { primaryTime } from '../primary-time/primary-time.ts';
import { rulesOf } from '../verdicts/rules.ts';
import { BACKUP_KINDS, backupFindings } from './backup-findings.ts';
import { type JudgeContext, judgePair } from './judge-pair.ts';
import { pairStateOf } from './pair-state.ts';
import type { TargetSettings } from './targets.ts';

export interface EvaluateContext extends JudgeContext {
  readonly groups: Pick<GroupsStore, 'get'>;
  readonly backups: Pick<BackupsStore, 'read' | 'mark' | 'isUnchanged'>;
  readonly settle: Settle;
  readonly targetSettings: TargetSettings;
}

const MAX_ATTEMPTS = 10;

const findingsOf = async (
  context: EvaluateContext,
  groupId: string,
  { protection, parents }: ReadPair,
): Promise<readonly Finding[]> => {
  const group = await context.groups.get(groupId);
  if (!group || !protection || protection.isDismissed) return [];
  const judged = await judgePair(context, group, protection, parents);
  if (!judged) return [];
  const state = pairStateOf(
    context.targetSettings,
    group,
    judged,
    rulesOf(context, group),
    primaryTime(group),
  );
  return backupFindings(state, context.clock());
};

/**
 * Concurrent evaluations end in the problems of the latest backups: the pair is marked before anything is
 * settled, and read again after that. A writer that records a backup in between sees the mark, or its backup is read.
 * @param isStored whether the pair may have stored problems although it is not marked
 * @throws when storage fails
 */
export const evaluatePair = async (
  context: EvaluateContext,
  groupId: string,
  { clientName, policyName }: PairName,
  isStored = false,
): Promise<void> => {
  const { backups, settle, clock } = context;
  const pair = { clientName, policyName };
  let mustSettle = isStored;
  await compareAndSet(`Problems of ${clientName} under ${policyName}`, MAX_ATTEMPTS, async () => {
    const read = await backups.read(groupId, pair, clock);
    const findings = await findingsOf(context, groupId, read);
    const isMarked = read.stored?.hasProblems === true;
    if (findings.length === 0 && !isMarked && !mustSettle) return undefined;
    if (findings.length > 0 && !isMarked) {
      if (!(await backups.mark(read, true))) return CONFLICT;
    }
    mustSettle = true;
    await settle({ groupId, subject: pair, kinds: BACKUP_KINDS }, findings);
    const isMended = findings.length === 0 && isMarked;
    const isCurrent = isMended
      ? await backups.mark(read, false)
      : await backups.isUnchanged(groupId, pair, read);
    return isCurrent ? undefined : CONFLICT;
  });
};
