import type { Job } from '../domain/types.ts';
import type { RestContext } from './context.ts';

/** NBWSS has `ST_FULL`, the REST API's jobs have `FULL_BACKUP`. */
const SCHEDULE_TYPES: Readonly<Record<string, string>> = {
  ST_FULL: 'FULL_BACKUP',
  ST_DIFF: 'DIFFERENTIAL_INCREMENTAL_BACKUP',
  ST_CINC: 'CUMULATIVE_INCREMENTAL_BACKUP',
  ST_USER: 'USER_BACKUP',
};

export type JobAttributes = Readonly<Record<string, unknown>> & { readonly jobId: number };

/** A time as the REST API spells it. */
export const iso = (seconds: number): string => new Date(seconds * 1000).toISOString();

/** All attributes of a job as the REST API spells them; about 1 800 bytes, like those of real jobs. */
export function jobAttributes(job: Job, { clock, primaryName }: RestContext): JobAttributes {
  const isDone = job.state === 'DONE';
  const now = Math.floor(clock.now() / 1000);
  const end = job.endTime ?? now;
  const isCancellable = !isDone;
  const mediaServer = `media${(job.jobId % 3) + 1}.${domainOf(primaryName)}`;
  const elapsed = Math.max(0, end - job.startTime);
  return {
    parentJobId: job.parentJobId,
    activeProcessId: 10_000 + (job.jobId % 50_000),
    jobId: job.jobId,
    jobType: job.jobType,
    jobSubType: 'IMMEDIATE',
    policyType: job.policyType,
    policyName: job.policyName,
    scheduleType: SCHEDULE_TYPES[job.scheduleType] ?? job.scheduleType,
    scheduleName: scheduleName(job.scheduleType),
    clientName: job.clientName,
    controlHost: '',
    jobOwner: 'root',
    jobGroup: '',
    backupId: '',
    sourceMediaId: '',
    sourceStorageUnitName: '',
    sourceMediaServerName: '',
    destinationMediaId: '',
    destinationStorageUnitName: 'stu_msdp_1',
    destinationMediaServerName: mediaServer,
    dataMovement: 'STANDARD',
    streamNumber: 0,
    copyNumber: 0,
    priority: 0,
    retentionLevel: 0,
    compression: 0,
    ...(isDone && { status: job.status }),
    state: job.state,
    numberOfFiles: Math.ceil(job.kilobytes / 64),
    estimatedFiles: Math.ceil(job.kilobytes / 60),
    kilobytesTransferred: job.kilobytes,
    kilobytesToTransfer: 0,
    kilobytesDataTransferred: 0,
    estimatedKilobytes: Math.ceil(job.kilobytes * 1.05),
    transferRate: elapsed > 0 ? Math.round(job.kilobytes / elapsed) : 0,
    percentComplete: isDone ? 100 : 0,
    currentFile: '',
    restartable: isDone && job.status !== 0 ? 1 : 0,
    suspendable: isCancellable ? 1 : 0,
    resumable: job.state === 'SUSPENDED' || job.state === 'INCOMPLETE' ? 1 : 0,
    killable: isCancellable ? 1 : 0,
    frozenImage: 0,
    transportType: 'LAN',
    dedupRatio: 0,
    currentOperation: 0,
    jobQueueReason: 0,
    jobQueueResource: '',
    robotName: '',
    vaultName: '',
    profileName: '',
    sessionId: 0,
    numberOfTapeToEject: 0,
    submissionType: 1,
    acceleratorOptimization: 0,
    dumpHost: '',
    instanceDatabaseName: '',
    auditUserName: 'root',
    auditDomainName: primaryName,
    auditDomainType: 5,
    restoreBackupIDs: '',
    startTime: iso(job.startTime),
    endTime: job.endTime === undefined ? iso(0) : iso(job.endTime),
    activeTryStartTime: iso(job.startTime),
    lastUpdateTime: iso(job.lastUpdateTime),
    initiatorId: '',
    currentTry: 1,
    elapsedTime: `PT${elapsed}S`,
    activeElapsed: elapsed,
    offHostType: 'STANDARD',
    dteMode: 'OFF',
    workloadDisplayName: workload(job.policyType),
    credentialName: '',
    assetID: '',
    assetDisplayableName: job.assetName ?? '',
  };
}

function domainOf(name: string): string {
  const dot = name.indexOf('.');
  return dot < 0 ? 'example.com' : name.slice(dot + 1);
}

function workload(policyType: string): string {
  return policyType === 'VMWARE' ? 'VMware' : policyType.charAt(0) + policyType.slice(1).toLowerCase();
}

/** A schedule's name in the simulated policies. */
export function scheduleName(scheduleType: string): string {
  return { ST_FULL: 'full', ST_DIFF: 'daily', ST_CINC: 'cumulative', ST_USER: 'user' }[scheduleType] ?? '-';
}
