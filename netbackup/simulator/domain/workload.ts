import { omitUndefined } from '../../omit-undefined.ts';
import { type Clock, every, type Timer } from '../clock.ts';
import type { Random } from '../random.ts';
import type { Catalog } from './catalog.ts';
import { type JobPlan, JobRunner } from './job-runner.ts';
import { FAILURES, POLICIES, type Policy } from './policies.ts';
import type { Poller } from './poller.ts';
import type { Image, Job } from './types.ts';

/** Above this rate jobs get shorter in proportion, so that the number of running jobs stays the same. */
const FULL_LENGTH_RATE = 30;
const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
/** NetBackup keeps jobs for 78 hours. */
const KEEP_JOBS_S = 78 * 3600;
const KEEP_IMAGES_S = 24 * 3600;
const FAILURE_RATE = 0.05;
const INCREMENTAL_SHARE = 0.07;

export interface WorkloadContext {
  readonly clock: Clock;
  readonly random: Random;
  readonly catalog: Catalog;
  readonly poller: Poller;
  readonly primaryName: string;
}

/** Random backups and restores at an average rate, and the jobs that the REST API starts. The seed decides all of it. */
export class Workload {
  readonly runner: JobRunner;
  readonly #context: WorkloadContext;
  /** Job durations are divided by this. */
  #speed = 1;
  #nextActivity: Timer | undefined;
  #endCleanUp: (() => void) | undefined;

  constructor(context: WorkloadContext) {
    this.#context = context;
    this.runner = new JobRunner(context.clock, context.catalog);
  }

  /** Starts `rate` activities an hour on average; a VMware backup is one activity with a tree of jobs. */
  start(rate: number): void {
    this.stop();
    this.#speed = Math.max(1, rate / FULL_LENGTH_RATE);
    this.#endCleanUp = every(this.#context.clock, HOUR_MS, () => this.#cleanUp());
    this.#schedule(rate);
  }

  /** Stops; running jobs keep their state. */
  stop(): void {
    this.#context.clock.clearTimeout(this.#nextActivity);
    this.#endCleanUp?.();
    this.runner.stop();
  }

  /** Runs a policy for one client, or all. Undefined when the policy or the client does not exist. */
  manualBackup(policyName: string, client?: string, schedule = 'ST_DIFF'): Job | undefined {
    const policy = POLICIES.find(({ name }) => name === policyName);
    if (!policy || (client !== undefined && !policy.clients.includes(client))) return undefined;
    return this.#backup(policy, client === undefined ? policy.clients : [client], schedule);
  }

  /** Runs a job that has ended again, as a new job without its tree. */
  restart({ jobType, policyName, policyType, scheduleType, clientName, assetName, kilobytes }: Job): Job {
    const plan = { jobType, policyName, policyType, scheduleType, clientName, kilobytes };
    return this.runner.run({
      ...plan,
      ...omitUndefined({ assetName }),
      ...this.#durations(40),
      status: 0,
    });
  }

  /** Exponential waits: activities are independent of each other. */
  #schedule(rate: number): void {
    const { clock, random } = this.#context;
    const waitMs = (-Math.log(1 - random.next()) / rate) * HOUR_MS;
    this.#nextActivity = clock.setTimeout(() => {
      this.#schedule(rate);
      this.#startActivity();
    }, waitMs);
  }

  #startActivity(): void {
    const { random } = this.#context;
    if (random.chance(0.1) && this.#restore()) return;
    const policy = random.pick(POLICIES);
    const count = policy.policyType === 'VMWARE' ? random.between(1, 4) : 1;
    const first = random.between(0, policy.clients.length - count);
    const schedule = random.pick(['ST_FULL', 'ST_DIFF', 'ST_CINC']);
    this.#backup(policy, policy.clients.slice(first, first + count), schedule);
  }

  /** Restores a random image; undefined if there is none. A restore has no policy and names the primary (NOT-6). */
  #restore(): Job | undefined {
    const { random, catalog, primaryName } = this.#context;
    const images = catalog.images().filter(({ copies }) => copies > 0);
    if (images.length === 0) return undefined;
    const { clientType, clientName, kilobytes } = random.pick(images);
    return this.runner.run({
      jobType: 'RESTORE',
      policyName: '',
      policyType: clientType,
      scheduleType: 'ST_FULL',
      clientName: primaryName,
      assetName: clientName,
      kilobytes: Math.ceil(kilobytes / random.between(1, 50)),
      ...this.#durations(30),
      status: this.#status(),
    });
  }

  #backup(policy: Policy, clients: readonly string[], schedule: string): Job {
    if (policy.policyType === 'VMWARE') return this.#backupTree(policy, clients, schedule);
    const [first] = clients.map((client) =>
      this.#backupClient(policy, client, schedule, (job) => this.#createImage(job, policy, 'CREATE')),
    );
    if (!first) throw new RangeError(`policy ${policy.name} has no clients`);
    return first;
  }

  #backupClient(
    policy: Policy,
    client: string,
    schedule: string,
    onDone: (job: Job) => void,
    parentJobId?: number,
  ): Job {
    const share = schedule === 'ST_FULL' ? 1 : INCREMENTAL_SHARE;
    return this.runner.run({
      ...this.#plan(policy, schedule, client),
      ...omitUndefined({ parentJobId }),
      kilobytes: Math.ceil(policy.kilobytes * share * (0.5 + this.#context.random.next())),
      ...this.#durations(60),
      status: this.#status(),
      onDone,
    });
  }

  /** NOT-6: a parent job, a snapshot job for each client, and its backup job; the parent names the primary. */
  #backupTree(policy: Policy, clients: readonly string[], schedule: string): Job {
    const { runner } = this;
    let open = clients.length;
    let worst = 0;
    const finishClient = (parent: Job, status: number): void => {
      worst = Math.max(worst, status);
      if (--open === 0) runner.finish(parent.jobId, worst > 0 ? 2 : 0);
    };
    const backupSnapshot = (snapshot: Job): void => {
      const finish = (job: Job): void => {
        this.#createImage(job, policy, 'CREATE');
        // A snapshot's image is published as UPDATE, without a CREATE (NOT-7).
        if (job.status === 0) this.#createImage(snapshot, policy, 'UPDATE');
        runner.finish(snapshot.jobId, job.status);
      };
      this.#backupClient(policy, snapshot.clientName, schedule, finish, snapshot.jobId);
    };
    const { queuedMs } = this.#durations(1);
    return runner.run({
      ...this.#plan(policy, schedule, this.#context.primaryName),
      kilobytes: 0,
      queuedMs,
      status: 0,
      onActive: (parent) => {
        for (const client of clients) {
          runner.run({
            ...this.#plan(policy, schedule, client),
            parentJobId: parent.jobId,
            kilobytes: 0,
            queuedMs,
            status: 0,
            onActive: backupSnapshot,
            onDone: ({ status }) => finishClient(parent, status),
          });
        }
      },
    });
  }

  #createImage(job: Job, policy: Policy, operation: string): void {
    const { catalog, poller } = this.#context;
    const { startTime, scheduleType, kilobytes, clientName, status } = job;
    if (status !== 0) return;
    // Two images of one client in the same second would have the same id.
    let backupTime = startTime;
    while (catalog.image(`${clientName}_${backupTime}`)) backupTime++;
    const image = catalog.putImage({
      backupId: `${clientName}_${backupTime}`,
      clientName,
      clientType: policy.policyType,
      backupTime,
      createdTime: this.#now(),
      policyName: policy.name,
      scheduleType,
      kilobytes,
      expiration: backupTime + KEEP_IMAGES_S,
      copies: 1,
    });
    poller.addImage(image, operation, this.#now());
  }

  #cleanUp(): void {
    const { catalog, poller } = this.#context;
    const now = this.#now();
    const expired = catalog.images().filter(({ expiration, copies }) => copies > 0 && expiration <= now);
    for (const image of expired) this.#expire(image, now);
    poller.forget(catalog.dropJobs(now - KEEP_JOBS_S));
  }

  /** An image with a replica becomes NO_LOCAL_COPY_AVAILABLE, after an UPDATE (NOT-7). */
  #expire(image: Image, at: number): void {
    const { catalog, poller } = this.#context;
    const isReplicated = POLICIES.some(({ name, isReplicated }) => name === image.policyName && isReplicated);
    if (!isReplicated) {
      catalog.deleteImage(image.backupId);
      poller.addImage(image, 'DELETE', at);
      return;
    }
    catalog.putImage({ ...image, copies: 0 });
    poller.addImage(image, 'UPDATE', at);
    poller.addImage(image, 'NO_LOCAL_COPY_AVAILABLE', at);
  }

  #plan({ name, policyType }: Policy, scheduleType: string, clientName: string) {
    return {
      jobType: 'BACKUP',
      policyName: name,
      policyType,
      scheduleType,
      clientName,
      assetName: clientName,
    };
  }

  #durations(maxMinutes: number): Pick<JobPlan, 'queuedMs'> & { readonly activeMs: number } {
    const { random } = this.#context;
    const ms = (minutes: number): number => Math.ceil((minutes * MINUTE_MS) / this.#speed);
    return { queuedMs: ms(2 * random.next()), activeMs: ms(1 + random.next() * (maxMinutes - 1)) };
  }

  #status(): number {
    const { random } = this.#context;
    return random.chance(FAILURE_RATE) ? random.pick(FAILURES) : 0;
  }

  #now(): number {
    return Math.floor(this.#context.clock.now() / 1000);
  }
}
