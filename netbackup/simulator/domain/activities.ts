import type { EngineContext } from './engine-context.ts';
import type { ImageKeeper } from './image-keeper.ts';
import type { JobPlan, JobRunner } from './job-runner.ts';
import { FAILURES, type Policy, RETRIED } from './policies.ts';
import type { Job } from './types.ts';

const MINUTE_MS = 60_000;
const SNAPSHOT_FAILED = 156;
const LONG_WAIT = 'Waiting for storage unit stu_msdp_1: maximum concurrent jobs reached';

/** What a domain does: backups with their trees, restores. */
export class Activities {
  /** Durations are divided by this. */
  speed = 1;
  readonly #context: EngineContext;
  readonly #runner: JobRunner;
  readonly #images: ImageKeeper;

  constructor(context: EngineContext, runner: JobRunner, images: ImageKeeper) {
    this.#context = context;
    this.#runner = runner;
    this.#images = images;
  }

  /** Runs a policy for some clients; returns the root of what runs. */
  backup(policy: Policy, clients: readonly string[], schedule = policy.schedules.weekday): Job {
    if (policy.policyType === 'VMWARE') return this.#snapshotBackup(policy, clients, schedule);
    const jobs = clients.map((client) => this.#plainBackup(policy, client, schedule));
    const [root] = jobs;
    if (!root) throw new RangeError(`policy ${policy.name} has no clients`);
    return root;
  }

  /** Restores from some image; undefined when there is none. A restore has no policy and names the primary (NOT-6). */
  restore(): Job | undefined {
    const { random, catalog, primaryName } = this.#context;
    const images = catalog.images().filter(({ copies }) => copies > 0);
    if (images.length === 0) return undefined;
    const image = random.pick(images);
    return this.#runner.run({
      jobType: 'RESTORE',
      policyName: '',
      policyType: image.clientType,
      scheduleType: 'ST_FULL',
      clientName: primaryName,
      assetName: image.clientName,
      kilobytes: Math.ceil(image.kilobytes / random.between(1, 50)),
      queuedMs: this.#minutes(0, 1),
      activeMs: this.#minutes(1, 30),
      statuses: [random.chance(0.1) ? random.pick([5, 2826, 54]) : 0],
    });
  }

  /** The same once more, as a new job: a child alone, not its tree. */
  again(job: Job): Job {
    return this.#runner.run({
      jobType: job.jobType,
      policyName: job.policyName,
      policyType: job.policyType,
      scheduleType: job.scheduleType,
      clientName: job.clientName,
      kilobytes: job.kilobytes,
      ...(job.assetName !== undefined && { assetName: job.assetName }),
      queuedMs: this.#minutes(0, 1),
      activeMs: this.#minutes(2, 40),
      statuses: [0],
    });
  }

  #plainBackup(policy: Policy, client: string, schedule: string): Job {
    const size = this.#size(policy, schedule);
    return this.#runner.run({
      ...this.#plan(policy, schedule, client),
      ...this.#queue(),
      kilobytes: size,
      activeMs: this.#minutes(2, 60),
      statuses: this.#statuses(0.06),
      onDone: (job) => {
        if (job.status <= 1) this.#images.created(job, policy, client);
      },
    });
  }

  /** NOT-6: parent (discovery) → a snapshot job each → its backup job, all of type BACKUP; the parent names the primary. */
  #snapshotBackup(policy: Policy, clients: readonly string[], schedule: string): Job {
    const { primaryName } = this.#context;
    let open = clients.length;
    let worst = 0;
    const childDone = (parentId: number, status: number): void => {
      worst = Math.max(worst, status);
      if (--open === 0) this.#runner.finish(parentId, worst > 1 ? 2 : worst);
    };
    return this.#runner.run({
      ...this.#plan(policy, schedule, primaryName),
      ...this.#queue(),
      kilobytes: 0,
      statuses: [0],
      onActive: (parent) => {
        for (const client of clients) {
          this.#snapshot(policy, client, schedule, parent, (status) => childDone(parent.jobId, status));
        }
      },
    });
  }

  #snapshot(
    policy: Policy,
    client: string,
    schedule: string,
    parent: Job,
    done: (status: number) => void,
  ): void {
    const fails = this.#context.random.chance(0.03);
    this.#runner.run({
      ...this.#plan(policy, schedule, client),
      parentJobId: parent.jobId,
      kilobytes: 0,
      queuedMs: this.#minutes(0, 1),
      ...(fails && { activeMs: this.#minutes(1, 3) }),
      statuses: [SNAPSHOT_FAILED],
      onActive: (snapshot) => {
        if (!fails) this.#backupOfSnapshot(policy, client, schedule, snapshot);
      },
      onDone: ({ status }) => done(status),
    });
  }

  #backupOfSnapshot(policy: Policy, client: string, schedule: string, snapshot: Job): void {
    this.#runner.run({
      ...this.#plan(policy, schedule, client),
      parentJobId: snapshot.jobId,
      kilobytes: this.#size(policy, schedule),
      queuedMs: this.#minutes(0, 2),
      activeMs: this.#minutes(3, 45),
      statuses: this.#statuses(0.05),
      onDone: (job) => {
        if (job.status <= 1) {
          this.#images.created(job, policy, client);
          this.#images.touched(snapshot, policy, client);
        }
        this.#runner.finish(snapshot.jobId, job.status);
      },
    });
  }

  #plan(
    policy: Policy,
    scheduleType: string,
    clientName: string,
  ): Pick<JobPlan, 'jobType' | 'policyName' | 'policyType' | 'scheduleType' | 'clientName' | 'assetName'> {
    const { name: policyName, policyType } = policy;
    return { jobType: 'BACKUP', policyName, policyType, scheduleType, clientName, assetName: clientName };
  }

  /** Most jobs start at once; some wait for resources for more than half an hour. */
  #queue(): Pick<JobPlan, 'queuedMs' | 'queueReason'> {
    return this.#context.random.chance(0.03)
      ? { queuedMs: this.#minutes(31, 90), queueReason: LONG_WAIT }
      : { queuedMs: this.#minutes(0, 2) };
  }

  /** Exit status of each try. */
  #statuses(failureRate: number): number[] {
    const { random } = this.#context;
    if (!random.chance(failureRate)) return [random.chance(0.04) ? 1 : 0];
    const status = random.weighted(FAILURES);
    return RETRIED.has(status) ? [status, random.chance(0.6) ? 0 : status] : [status];
  }

  #size(policy: Policy, schedule: string): number {
    const share = schedule === 'ST_FULL' || schedule === 'ST_USER' ? 1 : 0.07;
    return Math.ceil(policy.kilobytes * share * (0.5 + this.#context.random.next()));
  }

  #minutes(low: number, high: number): number {
    const minutes = low + this.#context.random.next() * (high - low);
    return Math.ceil((minutes * MINUTE_MS) / this.speed);
  }
}
