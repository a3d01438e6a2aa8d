/** The Backups table in memory. */
import type { ClientBackup } from '../../lambdas/reports/backups/backup.ts';
import { allParents, BackupsStore } from '../../lambdas/reports/backups/backups-store.ts';
import { judge } from '../../lambdas/reports/backups/judge.ts';
import { fakeClock } from './fakes.ts';
import { MemoryDynamodb } from './memory-dynamodb.ts';
import { VIEW_TABLES } from './notifications.ts';

export const DAY = 86_400;
export const clock = fakeClock(0);
export const backup = (jobId: number, more: Partial<ClientBackup> = {}): ClientBackup => ({
  jobId,
  parentJobId: jobId,
  jobType: 'BACKUP',
  startTime: 1_700_000_000 + jobId * DAY,
  endedAt: 1_700_000_500 + jobId * DAY,
  status: 0,
  isFull: false,
  isParent: false,
  clientName: 'a',
  policyName: 'p',
  ...more,
});
export const setUp = () => {
  const dynamodb = new MemoryDynamodb(VIEW_TABLES);
  const store = new BackupsStore(dynamodb.client, 'backups');
  const stored = async (now = clock) => {
    const { clientPolicies } = await store.page('demo', now);
    return clientPolicies
      .map(({ clientName, policyName, backups }) => [
        clientName,
        policyName,
        ...backups.map(({ jobId }) => jobId),
      ])
      .sort();
  };
  const judged = async () => {
    const page = await store.page('demo', clock);
    return judge({
      clientPolicies: page.clientPolicies,
      parents: allParents([page]),
      running: [],
      rules: [],
    });
  };
  return { dynamodb, store, stored, judged };
};
