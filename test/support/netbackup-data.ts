/** Jobs and images for a simulated primary's REST API. */

import type { NetBackupPrimary } from '../../netbackup/index.ts';
import type { Image, Job } from '../../netbackup/simulator/domain/types.ts';

/** @param padding characters that make it larger than the usual 1 800 bytes */
const restJob = (jobId: number, padding = 0): Job => ({
  jobId,
  parentJobId: jobId,
  jobType: 'BACKUP',
  policyName: `policy-${jobId % 7}`,
  policyType: 'STANDARD',
  scheduleType: 'ST_FULL',
  clientName: `client${jobId}.example.com`,
  startTime: 1_700_000_000 + jobId,
  state: 'DONE',
  status: 0,
  endTime: 1_700_000_100 + jobId,
  lastUpdateTime: 1_700_000_100 + jobId,
  kilobytes: 1_000,
  ...(padding > 0 ? { assetName: 'x'.repeat(padding) } : {}),
});

export const restImage = (serial: number, now: number): Image => {
  const backupTime = Math.floor(now / 1000) - serial;
  return {
    backupId: `client${serial}_${backupTime}`,
    clientName: `client${serial}`,
    clientType: 'STANDARD',
    backupTime,
    createdTime: backupTime + 60,
    policyName: 'daily',
    scheduleType: 'ST_FULL',
    kilobytes: 1_000,
    expiration: backupTime + 86_400,
    copies: 1,
  };
};

export const withJobs = (primary: NetBackupPrimary, count: number, padding = 0): void => {
  for (let jobId = 1; jobId <= count; jobId++) primary.catalog.putJob(restJob(jobId, padding));
};
