/** What an action does to which targets. Pure. */
import type { Schemas } from '../../../../client/paths.ts';
import { omitUndefined } from '../../omit-undefined.ts';

const JOB_ACTIONS = ['restart', 'cancel', 'suspend', 'resume'] as const;
export type JobAction = (typeof JOB_ACTIONS)[number];
export type ActionName = JobAction | 'backup' | 'ping';

export const isJobAction = (name: string): name is JobAction =>
  (JOB_ACTIONS as readonly string[]).includes(name);
export const isAction = (name: string): name is ActionName =>
  isJobAction(name) || name === 'backup' || name === 'ping';

/** From this many targets on, a person must type their number. */
export const MANY = 20;

/** The members of a selected job that a list keeps. */
export interface JobTarget {
  readonly groupId: string;
  readonly jobId: number;
  readonly clientName?: unknown;
  readonly policyName?: unknown;
  readonly outcome: string;
}

export type Call = Pick<Schemas['CommandRequest'], 'method' | 'uri' | 'body'>;

/** One call to one domain, with the words for it in the preview and in the results. */
export interface Target {
  readonly groupId: string;
  /** Unique in its plan. */
  readonly key: string;
  /** The object of the call, such as a job's number or a policy. */
  readonly subject: string;
  readonly client?: string;
  readonly policy?: string;
  readonly jobId?: number;
  readonly call: Call;
}

export interface Plan {
  readonly targets: readonly Target[];
  /** The targets for which the action is not possible: NetBackup would refuse it. */
  readonly leftOut: readonly Target[];
}

const text = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined;

const jobTarget = (action: JobAction, { groupId, jobId, clientName, policyName }: JobTarget): Target => {
  const client = text(clientName);
  const policy = text(policyName);
  return {
    groupId,
    key: `${groupId}/${jobId}`,
    subject: String(jobId),
    jobId,
    ...omitUndefined({ client, policy }),
    call: { method: 'POST', uri: `/netbackup/admin/jobs/${jobId}/${action}` },
  };
};

/** A job that has ended can be restarted, one that has not can be cancelled, suspended or resumed. */
const isPossible = (action: JobAction, { outcome }: JobTarget): boolean =>
  (outcome === 'running') === (action !== 'restart');

export const planJobs = (action: JobAction, jobs: readonly JobTarget[]): Plan => {
  const unique = [...new Map(jobs.map((job) => [`${job.groupId}/${job.jobId}`, job])).values()];
  const of = (wanted: boolean) =>
    unique.filter((job) => isPossible(action, job) === wanted).map((job) => jobTarget(action, job));
  return { targets: of(true), leftOut: of(false) };
};

export interface BackupForm {
  readonly policy: string;
  readonly client: string;
  readonly schedule: string;
}

/** Without a client all clients of the policy are backed up; without a schedule NetBackup chooses one. */
export const planBackup = (groupIds: readonly string[], form: BackupForm): Plan => {
  const [policy, client, schedule] = [form.policy.trim(), form.client.trim(), form.schedule.trim()];
  if (policy === '') return { targets: [], leftOut: [] };
  const attributes = {
    policyName: policy,
    ...(client !== '' && { clientName: client }),
    ...(schedule !== '' && { scheduleName: schedule }),
  };
  const targets = groupIds.map((groupId) => ({
    groupId,
    key: groupId,
    subject: policy,
    policy,
    ...(client !== '' && { client }),
    call: {
      method: 'POST' as const,
      uri: '/netbackup/admin/manual-backup',
      body: { data: { type: 'backupRequest', attributes } },
    },
  }));
  return { targets, leftOut: [] };
};

export const planPing = (groupIds: readonly string[]): Plan => ({
  targets: groupIds.map((groupId) => ({
    groupId,
    key: groupId,
    subject: groupId,
    call: { method: 'GET', uri: '/netbackup/ping' },
  })),
  leftOut: [],
});

/** How many domains a plan reaches. */
export const domainsOf = (targets: readonly Target[]): number =>
  new Set(targets.map(({ groupId }) => groupId)).size;

/** Whether the typed text confirms this many targets. */
export const isConfirmed = (count: number, typed: string): boolean =>
  count > 0 && (count <= MANY || typed.trim() === String(count));
