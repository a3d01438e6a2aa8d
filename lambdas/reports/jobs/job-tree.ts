/** A job's whole tree (contract NOT-6). Its outcome is the outcome of its leaves (TRAP-7). */
import type { Outcome } from '../../platform/bus/enumerations.ts';
import type { Clock } from '../../platform/clock.ts';
import { groupBy } from '../../platform/collections.ts';
import { answerBytes } from '../../platform/dynamodb/listing.ts';
import { type ImageView, imageView } from '../images/image.ts';
import type { PrimaryTime } from '../primary-time/primary-time.ts';
import { isGood } from '../verdicts/verdict.ts';
import { partition, positionsBetween } from '../views/index-keys.ts';
import { listViews } from '../views/view-list.ts';
import type { ViewStore } from '../views/views-store.ts';
import { type JobView, jobView } from './job.ts';
import { countOutcomes, parentOf } from './job-state.ts';
import { parentsAmong } from './leaves.ts';
import { imagesRange, producingJob, producingJobRange } from './producing-job.ts';
import { withBackupTimes } from './start.ts';

/** As the API shows it, whose schema it is compared with. */
interface JobNode extends JobView {
  readonly leaf: boolean;
  /** Whether it failed although its leaves are good. */
  readonly parentFailed?: true;
  readonly images: readonly ImageView[];
  readonly children: readonly JobNode[];
}

export interface TreeContext {
  readonly jobs: ViewStore;
  readonly images: ViewStore;
  readonly clock: Clock;
}

/** Bounds on what one request reads. NetBackup's trees are far smaller. */
const MAX_JOBS = 500;
const MAX_LEVELS = 20;
const MAX_CLIENTS = 100;
/** A Lambda response has up to 6 MB. */
const BYTES = 4_000_000;
const bounds = (limit: number) => ({ limit, entries: limit, bytes: BYTES });
const FULL_RANGE = { ...positionsBetween(), order: 'asc' } as const;

/** Running while a leaf is running, else the worst outcome. */
const worst = (outcomes: readonly Outcome[]): Outcome =>
  (['running', 'failed', 'warning'] as const).find((one) => outcomes.includes(one)) ?? 'succeeded';

/** The outcome of its leaves. If some of them failed, its own exit status shows whether the whole is partially successful (status 1). */
const outcomeOfParent = (parent: JobView, outcomes: readonly Outcome[]): Outcome => {
  const outcome = worst(outcomes);
  const isPartial = outcome === 'failed' && outcomes.some(isGood);
  return isPartial && parent.outcome === 'warning' ? 'warning' : outcome;
};

class TreeReader {
  readonly #context: TreeContext;
  readonly #groupId: string;
  readonly #time: PrimaryTime;
  readonly #jobs = new Map<number, JobView>();
  /** The bytes of everything that is shown, counted by {@link answerBytes}. */
  #bytes = 0;
  complete = true;

  constructor(context: TreeContext, groupId: string, time: PrimaryTime) {
    this.#context = context;
    this.#groupId = groupId;
    this.#time = time;
  }

  get jobs(): readonly JobView[] {
    return [...this.#jobs.values()];
  }

  /** The highest known ancestor of a job, or the job itself. */
  async rootOf(jobId: number): Promise<JobView | undefined> {
    let root: JobView | undefined;
    const seen = new Set<number>();
    for (let next = jobId; !seen.has(next) && seen.size < MAX_LEVELS; next = parentOf(root, root.jobId)) {
      seen.add(next);
      const item = await this.#context.jobs.get(this.#groupId, next, this.#context.clock);
      if (!item) break;
      root = jobView(this.#groupId, next, item.events, this.#time);
    }
    return root;
  }

  /** Reads the tree below a job, level by level. */
  async readBelow(root: JobView): Promise<void> {
    this.#jobs.set(root.jobId, root);
    for (let level = [root]; level.length > 0; ) {
      const below = await Promise.all(level.map((job) => this.#childrenOf(job)));
      const found = below.flat().filter(({ jobId }) => !this.#jobs.has(jobId));
      const fresh = found.filter((job) => this.#fits(job));
      if (fresh.length < found.length) this.complete = false;
      for (const job of fresh) this.#jobs.set(job.jobId, job);
      level = this.#jobs.size < MAX_JOBS ? fresh : [];
      if (level.length < fresh.length) this.complete = false;
    }
  }

  /** Whether the answer has room for a job. */
  #fits(one: JobView | ImageView): boolean {
    this.#bytes += answerBytes(one);
    return this.#bytes <= BYTES;
  }

  async #childrenOf(job: JobView): Promise<JobView[]> {
    const { jobs, clock } = this.#context;
    const groupId = this.#groupId;
    const key = partition(groupId, job.jobId) ?? '';
    const query = {
      groupId,
      index: 'by-parent',
      partitions: [key],
      range: FULL_RANGE,
      after: undefined,
    };
    const page = await listViews(jobs, query, bounds(MAX_JOBS - this.#jobs.size + 1), clock, (item) =>
      jobView(groupId, item.jobId ?? 0, item.events, this.#time),
    );
    if (page.next !== undefined) this.complete = false;
    return page.items.filter(({ jobId }) => jobId !== job.jobId);
  }

  /** The images of all jobs, by the job that produced them. */
  async readImages(): Promise<Map<number, ImageView[]>> {
    const byClient = groupBy(this.jobs, (job) => String(job['clientName']).toLowerCase());
    if (byClient.size > MAX_CLIENTS) this.complete = false;
    const produced = new Map<number, ImageView[]>();
    const clients = [...byClient.values()].slice(0, MAX_CLIENTS);
    const found = await Promise.all(clients.map((jobs) => this.#producedBy(jobs)));
    for (const { image, job } of found.flat()) {
      if (this.#fits(image)) produced.set(job.jobId, [...(produced.get(job.jobId) ?? []), image]);
      else this.complete = false;
    }
    return produced;
  }

  /** The images of some jobs of one client, without those that a job of another tree has produced. */
  async #producedBy(jobs: readonly JobView[]): Promise<{ image: ImageView; job: JobView }[]> {
    const images = await this.#imagesOf(jobs);
    const all = [...jobs, ...(await this.#othersOf(images))];
    return images.flatMap((image) => {
      const job = producingJob(image, all, this.#time);
      return job && this.#jobs.has(job.jobId) ? [{ image, job }] : [];
    });
  }

  /** The jobs of other trees that may have produced these images of a client: its policies can start at the same time. */
  async #othersOf(images: readonly ImageView[]): Promise<JobView[]> {
    const groupId = this.#groupId;
    const found = producingJobRange(groupId, images, this.#time);
    if (!found) return [];
    const { jobs, clock } = this.#context;
    const query = { groupId, index: 'by-client', partitions: [found.partition], range: found.range };
    const page = await listViews(jobs, { ...query, after: undefined }, bounds(100), clock, (item) =>
      jobView(groupId, item.jobId ?? 0, item.events, this.#time),
    );
    if (page.next !== undefined) this.complete = false;
    return page.items.filter(({ jobId }) => !this.#jobs.has(jobId));
  }

  async #imagesOf(jobs: readonly JobView[]): Promise<readonly ImageView[]> {
    const found = imagesRange(this.#groupId, jobs, this.#time);
    if (!found) return [];
    const groupId = this.#groupId;
    const { images, clock } = this.#context;
    const query = {
      groupId,
      index: 'by-client',
      partitions: [found.partition],
      range: found.range,
      after: undefined,
    };
    const page = await listViews(images, query, bounds(100), clock, (item) =>
      imageView(groupId, item.backupId ?? '', item.events),
    );
    if (page.next !== undefined) this.complete = false;
    return page.items;
  }
}

/** @param jobId any job of the tree; @returns undefined when the group has no such job */
export const readTree = async (context: TreeContext, groupId: string, jobId: number, time: PrimaryTime) => {
  const reader = new TreeReader(context, groupId, time);
  const root = await reader.rootOf(jobId);
  if (!root) return undefined;
  await reader.readBelow(root);
  const images = await reader.readImages();
  const below = reader.jobs
    .filter((job) => job.jobId !== root.jobId)
    .map((job) => ({ job, jobId: job.jobId, parentJobId: parentOf(job, job.jobId) }));
  const parents = parentsAmong(below);
  const byParent = groupBy(below, ({ parentJobId }) => parentJobId);
  let parentFailed = false;
  const node = (job: JobView): { readonly node: JobNode; readonly outcome: Outcome } => {
    const leaf = !parents.has(job.jobId);
    const below = (byParent.get(job.jobId) ?? []).map((child) => node(child.job));
    const outcome = leaf
      ? job.outcome
      : outcomeOfParent(
          job,
          below.map((child) => child.outcome),
        );
    const produced = images.get(job.jobId) ?? [];
    const backupTimes = produced.map((image) => Number(image['backupTime']));
    const hasFailed = !leaf && job.outcome === 'failed' && isGood(outcome);
    parentFailed ||= hasFailed;
    return {
      outcome,
      node: {
        ...withBackupTimes(job, backupTimes, time),
        leaf,
        ...(hasFailed ? { parentFailed: true } : {}),
        images: produced,
        children: below.map((child) => child.node),
      },
    };
  };
  const top = node(root);
  const outcomes = reader.jobs.filter((job) => !parents.has(job.jobId)).map(({ outcome }) => outcome);
  return {
    outcome: top.outcome,
    parentFailed,
    complete: reader.complete,
    leaves: countOutcomes(outcomes),
    root: top.node,
  };
};
