/** Test notifications (NOT-1, NOT-2), recognizable by their client. */
import { randomInt } from 'node:crypto';

const CLIENT = 'nbwss-conformance.example.com';

type Data = Readonly<Record<string, unknown>>;

let next = randomInt(1_000_000) * 1000 + 1_000_000_000;

/** A job id, unique in this run. */
export function newJobId(): number {
  return next++;
}

export function job(overrides: Data = {}): Data {
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
    ...overrides,
  };
}

export function image(overrides: Data = {}): Data {
  const now = Math.floor(Date.now() / 1000);
  return {
    backupId: `${CLIENT}_${newJobId()}`,
    operationId: 'CREATE',
    clientName: CLIENT,
    clientType: 'STANDARD',
    backupTime: now,
    createdTime: now,
    ...overrides,
  };
}

/** One object of a payload. */
export function kind(object: string, ...data: readonly unknown[]): Data {
  return { notificationType: 'INFO', object, data };
}

export const jobs = (...data: readonly Data[]): Data => kind('JOB', ...data);
export const images = (...data: readonly Data[]): Data => kind('IMAGE', ...data);
