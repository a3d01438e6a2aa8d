/** Evaluates the backups of a group that may have become overdue, or have problems. */
import { type Clock, HOUR_MS, MINUTE_MS } from '../../platform/clock.ts';
import { forEachInParallel } from '../../platform/collections.ts';
import type { Key } from '../../platform/dynamodb/requests.ts';
import type { Log } from '../../platform/logger.ts';
import type { ProblemsStore } from '../../problems/problems-store.ts';
import { type ClientPolicy, clientPolicyKey } from '../backups/backup.ts';
import { allParents, type BackupsStore } from '../backups/backups-store.ts';
import { judge } from '../backups/judge.ts';
import { primaryTime } from '../primary-time/primary-time.ts';
import { readClientPolicies, readRunning } from '../summary/summary-reader.ts';
import { rulesOf } from '../verdicts/rules.ts';
import type { ViewStore } from '../views/views-store.ts';
import { BACKUP_KINDS, backupFindings, overdueAt } from './backup-findings.ts';
import { clientPolicyStateOf } from './client-policy-state.ts';
import { type EvaluateContext, evaluateClientPolicy } from './evaluate-client-policy.ts';

export interface EvaluateGroupContext extends Omit<EvaluateContext, 'backups' | 'jobs'> {
  readonly backups: BackupsStore;
  readonly jobs: ViewStore;
  readonly problems: Pick<ProblemsStore, 'list'>;
  readonly clock: Clock;
  readonly log: Log;
}

/** The times between two evaluations of a group. The longest also bounds how long a missed change stays unnoticed. */
const MIN_WAIT_MS = 15 * MINUTE_MS;
export const MAX_WAIT_MS = 4 * HOUR_MS;

/** For this long further portions of the backups are read: the sweep has less than a minute for everything. */
const READ_MS = 20_000;
const PARALLEL = 8;
const PAGE = 100;
const MAX_PAGES = 100;

/** The pairs with open problems, even if their backups are no longer kept. */
const openClientPolicies = async (
  { problems }: Pick<EvaluateGroupContext, 'problems'>,
  groupId: string,
): Promise<ClientPolicy[]> => {
  const clientPolicies: ClientPolicy[] = [];
  let before: string | undefined;
  for (let pages = 0; pages < MAX_PAGES; pages++) {
    const page = await problems.list('open', groupId, before, PAGE);
    for (const { problem } of page.items) {
      const { clientName, policyName } = problem.subject;
      const isBackup = BACKUP_KINDS.some((kind) => kind === problem.kind);
      if (isBackup && clientName !== undefined && policyName !== undefined)
        clientPolicies.push({ clientName, policyName });
    }
    before = page.next;
    if (before === undefined) break;
  }
  return clientPolicies;
};

/** @returns when it has to be evaluated next (epoch ms); undefined when there is no such group */
export const evaluateGroup = async (
  context: EvaluateGroupContext,
  groupId: string,
): Promise<number | undefined> => {
  const { groups, clock, log } = context;
  const group = await groups.get(groupId);
  if (!group) return undefined;
  const rules = rulesOf(context, group);
  const time = primaryTime(group);
  const now = clock();
  const running = (await readRunning(context, groupId, time)).items.map(({ job }) => job);
  const clientPolicies = new Map<string, ClientPolicy>();
  const add = (one: ClientPolicy) =>
    void clientPolicies.set(clientPolicyKey(one.clientName, one.policyName), one);
  let next = now + MAX_WAIT_MS;
  let lastKey: Key | undefined;
  // Portion by portion. Parents in another portion matter little: each client and policy that may be wrong is evaluated by itself.
  do {
    const read = await readClientPolicies(context, groupId, lastKey);
    const clientPolicies = read.items.flatMap((page) => page.clientPolicies);
    const states = judge({ clientPolicies, parents: allParents(read.items), running, rules })
      .filter(({ isDismissed }) => !isDismissed)
      .map((judged) => clientPolicyStateOf(context.targetSettings, group, judged, rules, time));
    for (const state of states) {
      if (backupFindings(state, now).length > 0) add(state);
      const at = overdueAt(state) ?? now;
      if (at > now) next = Math.min(next, at);
    }
    for (const clientPolicy of clientPolicies) if (clientPolicy.hasProblems) add(clientPolicy);
    lastKey = read.lastKey;
  } while (lastKey && clock() < now + READ_MS);
  if (lastKey) log.warn('group-not-evaluated-completely', { groupId });
  for (const clientPolicy of await openClientPolicies(context, groupId)) add(clientPolicy);
  await forEachInParallel(
    [...clientPolicies.values()],
    (clientPolicy) => evaluateClientPolicy(context, groupId, clientPolicy, true),
    PARALLEL,
  );
  return Math.max(now + MIN_WAIT_MS, next);
};
