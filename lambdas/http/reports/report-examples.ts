/** Examples of jobs, images and backups in the documentation of the API: a night in the group `berlin`. */
import type { z } from '@hono/zod-openapi';
import type { overviewSchema } from './overview.ts';
import type { imageSchema, jobSchema } from './view-schemas.ts';

const client = { clientName: 'files01.acme.example', policyName: 'files-daily' };

export const JOB: z.input<typeof jobSchema> = {
  groupId: 'berlin',
  notificationType: 'INFO',
  firstReportedAt: '2026-11-25T22:00:06.000Z',
  lastReportedAt: '2026-11-25T22:17:30.000Z',
  jobId: 4711,
  parentJobId: 4710,
  jobType: 'BACKUP',
  state: 'DONE',
  status: 0,
  statusText: 'the requested operation was successfully completed',
  ...client,
  policyType: 'STANDARD',
  scheduleType: 'ST_FULL',
  // Sent by NetBackup in its local time, an hour behind UTC.
  startTime: 1795640405,
  startedAt: '2026-11-25T22:00:05.000Z',
  outcome: 'succeeded',
  verdict: 'ok',
};

const REPORT = {
  eventId: '2d6f0c9b7e154a83b1c05f6e9a7d3821',
  reportedAt: '2026-11-25T22:17:30.000Z',
  receivedAt: '2026-11-25T22:17:31.204Z',
  notificationType: 'INFO',
};

export const JOB_DETAILS = {
  ...JOB,
  runs: [{ ...JOB, run: 1 }],
  timeline: [{ ...REPORT, run: 1, state: 'DONE', status: 0, outcome: 'succeeded' as const }],
};

export const IMAGE: z.input<typeof imageSchema> = {
  groupId: 'berlin',
  notificationType: 'INFO',
  firstReportedAt: '2026-11-25T22:17:31.000Z',
  lastReportedAt: '2026-11-25T22:17:31.000Z',
  backupId: 'files01.acme.example_1795644005',
  operationId: 'CREATE',
  clientName: client.clientName,
  clientType: 'STANDARD',
  backupTime: 1795644005,
  createdTime: 1795641450,
  imageState: 'available',
  restorable: true,
  backedUpAt: '2026-11-25T22:00:05.000Z',
};

export const IMAGE_DETAILS = {
  ...IMAGE,
  job: JOB,
  timeline: [{ ...REPORT, operationId: 'CREATE', occurredAt: '2026-11-25T22:17:30.000Z' }],
};

export const JOB_TREE = {
  outcome: 'succeeded' as const,
  parentFailed: false,
  complete: true,
  leaves: { running: 0, succeeded: 1, warning: 0, failed: 0 },
  root: {
    ...JOB,
    jobId: 4710,
    parentJobId: 4710,
    leaf: false,
    images: [],
    children: [{ ...JOB, leaf: true, images: [IMAGE], children: [] }],
  },
};

const outcomes = { running: 2, succeeded: 128, warning: 3, failed: 1 };
const numbers = { outcomes, cancelled: 1, ignored: 0, recovered: 1, successRate: 0.992 };
const activity = { lastNotificationAt: '2026-11-26T06:58:31.000Z', minutesSinceLastNotification: 1 };

export const SUMMARY = {
  groupId: 'berlin',
  hours: 24,
  from: '2026-11-25T07:00:00.000Z',
  to: '2026-11-26T07:00:00.000Z',
  complete: true,
  ...numbers,
  jobTypes: { BACKUP: outcomes },
  failures: {
    recovered: [{ ...client, failedJobId: 4698, recoveredByJobId: 4711 }],
    byClient: [{ clientName: client.clientName, failed: 1, recovered: 1 }],
    byStatus: [{ status: 58, statusText: "can't connect to client", failed: 1, recovered: 1 }],
  },
  parentFailed: [],
  lastGoodBackups: [
    {
      ...client,
      jobId: 4711,
      outcome: 'succeeded' as const,
      startedAt: '2026-11-25T22:00:05.000Z',
      ageHours: 9,
      lastFull: { jobId: 4711, startedAt: '2026-11-25T22:00:05.000Z', ageHours: 9 },
    },
  ],
  queuedLong: [],
  runningLong: [
    {
      jobId: 4725,
      startedAt: '2026-11-26T01:00:00.000Z',
      lastReportedAt: '2026-11-26T01:00:02.000Z',
      minutes: 360,
      usualMinutes: 95,
    },
  ],
  ...activity,
};

export const OVERVIEW: z.input<typeof overviewSchema> = {
  groupId: 'berlin',
  asOf: '2026-11-26T06:59:48.000Z',
  ageSeconds: 12,
  complete: true,
  ...numbers,
  withoutGoodBackup: 0,
  oldestGoodBackupHours: 31.5,
  queuedLong: 0,
  runningLong: 1,
  ...activity,
};

export const OUTCOMES_OF_PAGE = outcomes;

export const HISTORY = {
  ...client,
  from: '2026-11-24',
  to: '2026-11-26',
  days: [
    { day: '2026-11-24', verdict: 'failed' as const },
    { day: '2026-11-25', verdict: 'ok' as const },
  ],
  successRate: 0.5,
  longestGapDays: 1,
  consecutiveFailures: 0,
};
