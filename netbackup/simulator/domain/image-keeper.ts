import type { EngineContext } from './engine-context.ts';
import type { JobRunner } from './job-runner.ts';
import type { Policy } from './policies.ts';
import type { Image, Job } from './types.ts';

const DAY_S = 86_400;
const MINUTE_MS = 60_000;

/** What becomes of images: creation, copies, replicas, expiry (NOT-7). */
export class ImageKeeper {
  /** Durations are divided by this. */
  speed = 1;
  readonly #context: EngineContext;
  readonly #runner: JobRunner;
  /** Images that have a replica in another domain. */
  readonly #replicated = new Set<string>();

  constructor(context: EngineContext, runner: JobRunner) {
    this.#context = context;
    this.#runner = runner;
  }

  /** A backup has written an image; its time is the job's start. */
  created(job: Job, policy: Policy, client: string): void {
    const image = this.#put(client, policy, job.startTime, job.scheduleType, job.kilobytes);
    this.#context.poller.image(image, 'CREATE', this.#now());
    if (policy.afterwards === 'duplicate') this.#copy(image, policy, 'DUPLICATE');
    if (policy.afterwards === 'replicate') this.#copy(image, policy, 'REPLICATE');
  }

  /** A snapshot's image is told of as UPDATE at once, without a CREATE before (NOT-7). */
  touched(job: Job, policy: Policy, client: string): void {
    const image = this.#put(client, policy, job.startTime, job.scheduleType, job.kilobytes);
    this.#context.poller.image(image, 'UPDATE', this.#now());
  }

  /** Images from before NBWSS was watching, spread so that some expire with each clean-up. Nothing is told of them. */
  backfill(policies: readonly Policy[]): void {
    const { random } = this.#context;
    for (const policy of policies) {
      for (const client of policy.clients) {
        const age = policy.retentionDays * DAY_S - random.between(1, (2 * DAY_S) / this.speed);
        this.#put(client, policy, this.#now() - age, policy.schedules.weekend, policy.kilobytes);
      }
    }
  }

  /** Deletes what has expired. With a replica elsewhere that looks like NO_LOCAL_COPY_AVAILABLE, after an UPDATE (NOT-7). */
  cleanUp(): void {
    const { catalog, primaryName } = this.#context;
    const expired = catalog
      .images()
      .filter(({ expiration, copies }) => copies > 0 && expiration <= this.#now());
    if (expired.length === 0) return;
    this.#runner.run({
      jobType: 'IMAGEDELETE',
      policyName: '',
      policyType: 'STANDARD',
      scheduleType: 'ST_FULL',
      clientName: primaryName,
      kilobytes: 0,
      queuedMs: 0,
      activeMs: Math.ceil(MINUTE_MS / this.speed),
      statuses: [0],
      onDone: ({ status }) => {
        if (status === 0) for (const image of expired) this.#expire(image);
      },
    });
  }

  #expire(image: Image): void {
    const { catalog, poller } = this.#context;
    const at = this.#now();
    if (!this.#replicated.delete(image.backupId)) {
      catalog.deleteImage(image.backupId);
      poller.image(image, 'DELETE', at);
      return;
    }
    catalog.putImage({ ...image, copies: 0 });
    poller.image(image, 'UPDATE', at);
    poller.image(image, 'NO_LOCAL_COPY_AVAILABLE', at);
  }

  #copy(image: Image, policy: Policy, jobType: 'DUPLICATE' | 'REPLICATE'): void {
    const { random, catalog, poller, primaryName } = this.#context;
    const minutes = random.between(5, 30);
    this.#runner.run({
      jobType,
      policyName: `SLP_${policy.name}`,
      policyType: policy.policyType,
      scheduleType: image.scheduleType,
      clientName: primaryName,
      assetName: image.clientName,
      kilobytes: image.kilobytes,
      queuedMs: Math.ceil((minutes * MINUTE_MS) / this.speed),
      activeMs: Math.ceil((minutes * MINUTE_MS) / this.speed),
      statuses: [random.chance(0.03) ? 191 : 0],
      onDone: ({ status }) => {
        const current = catalog.image(image.backupId);
        if (status !== 0 || !current) return;
        if (jobType === 'REPLICATE') this.#replicated.add(image.backupId);
        else catalog.putImage({ ...current, copies: current.copies + 1 });
        poller.image(current, 'UPDATE', this.#now());
      },
    });
  }

  #put(clientName: string, policy: Policy, time: number, scheduleType: string, kilobytes: number): Image {
    const { catalog } = this.#context;
    // Two images of one client never share a second: the id would be the same.
    let backupTime = time;
    while (catalog.image(`${clientName}_${backupTime}`)) backupTime++;
    return catalog.putImage({
      backupId: `${clientName}_${backupTime}`,
      clientName,
      clientType: policy.policyType,
      backupTime,
      createdTime: this.#now(),
      policyName: policy.name,
      scheduleType,
      kilobytes,
      expiration: backupTime + policy.retentionDays * DAY_S,
      copies: 1,
    });
  }

  #now(): number {
    return Math.floor(this.#context.clock.now() / 1000);
  }
}
