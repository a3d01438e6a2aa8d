/** Evaluates the backups of one client under one policy, and reconciles the problems with what is wrong with them. */
import type { GroupsStore } from '../../groups/groups-store.ts';
import { CONFLICT, compareAndSet } from '../../platform/dynamodb/compare-and-set.ts';
import type { Finding } from '../../problems/finding.ts';
import type { Reconcile } from '../../problems/reconcile.ts';
import type { ClientPolicy } from '../backups/backup.ts';
import type { BackupsStore, ReadClientPolicy } from '../backups/backups-store.ts';
import { primaryTime } from '../primary-time/primary-time.ts';
import { rulesOf } from '../verdicts/rules.ts';
import { BACKUP_KINDS, backupFindings } from './backup-findings.ts';
import { clientPolicyStateOf } from './client-policy-state.ts';
import { type JudgeContext, judgeClientPolicy } from './judge-client-policy.ts';
import type { TargetSettings } from './targets.ts';

export interface EvaluateContext extends JudgeContext {
  readonly groups: Pick<GroupsStore, 'get'>;
  readonly backups: Pick<BackupsStore, 'read' | 'mark' | 'isUnchanged'>;
  readonly reconcile: Reconcile;
  readonly targetSettings: TargetSettings;
}

const MAX_ATTEMPTS = 10;

const findingsOf = async (
  context: EvaluateContext,
  groupId: string,
  { current, parents }: ReadClientPolicy,
): Promise<readonly Finding[]> => {
  const group = await context.groups.get(groupId);
  if (!group || !current || current.isDismissed) return [];
  const judged = await judgeClientPolicy(context, group, current, parents);
  if (!judged) return [];
  const state = clientPolicyStateOf(
    context.targetSettings,
    group,
    judged,
    rulesOf(context, group),
    primaryTime(group),
  );
  return backupFindings(state, context.clock());
};

/**
 * Any number of evaluations at the same time end in the problems of the latest backups: the client and policy are marked before
 * anything is written, and read again after that. A writer that records a backup in between sees the mark, or is seen.
 * @param isStored whether problems may be stored of it although it is not marked
 * @throws when storage fails
 */
export const evaluateClientPolicy = async (
  context: EvaluateContext,
  groupId: string,
  { clientName, policyName }: ClientPolicy,
  isStored = false,
): Promise<void> => {
  const { backups, reconcile, clock } = context;
  const name = { clientName, policyName };
  let mustSettle = isStored;
  await compareAndSet(`Problems of ${clientName} under ${policyName}`, MAX_ATTEMPTS, async () => {
    const read = await backups.read(groupId, name, clock);
    const findings = await findingsOf(context, groupId, read);
    const isMarked = read.stored?.hasProblems === true;
    if (findings.length === 0 && !isMarked && !mustSettle) return undefined;
    if (findings.length > 0 && !isMarked) {
      if (!(await backups.mark(read, true))) return CONFLICT;
    }
    mustSettle = true;
    await reconcile({ groupId, subject: name, kinds: BACKUP_KINDS }, findings);
    const isMended = findings.length === 0 && isMarked;
    const isCurrent = isMended
      ? await backups.mark(read, false)
      : await backups.isUnchanged(groupId, name, read);
    return isCurrent ? undefined : CONFLICT;
  });
};
