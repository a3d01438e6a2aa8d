/** Made-up notifications (NOT-1, NOT-2), recognisable as such to whoever finds them later. */
import { randomInt } from 'node:crypto';

const CLIENT = 'nbwss-conformance.example.com';

type Data = Readonly<Record<string, unknown>>;

let next = randomInt(1_000_000) * 1000 + 1_000_000_000;

/** A job id that no other job of this run has. */
export function newJobId(): number {
  return next++;
}

export function job(over: Data = {}): Data {
  const jobId = newJobId();
  return {
    jobId,
    parentJobId: jobId,
    jobType: 'BACKUP',
    state: 'ACTIVE',
    status: 0,
    startTime: Math.floor(Date.now() / 1000),
    policyName: 'nbwss-conformance',
    policyType: 'STANDARD',
    scheduleType: 'ST_FULL',
    clientName: CLIENT,
    ...over,
  };
}

export function image(over: Data = {}): Data {
  const now = Math.floor(Date.now() / 1000);
  return {
    backupId: `${CLIENT}_${newJobId()}`,
    operationId: 'CREATE',
    clientName: CLIENT,
    clientType: 'STANDARD',
    backupTime: now,
    createdTime: now,
    ...over,
  };
}

/** One object of a payload. */
export function kind(object: string, ...data: readonly unknown[]): Data {
  return { notificationType: 'INFO', object, data };
}

export const jobs = (...data: readonly Data[]): Data => kind('JOB', ...data);
export const images = (...data: readonly Data[]): Data => kind('IMAGE', ...data);
