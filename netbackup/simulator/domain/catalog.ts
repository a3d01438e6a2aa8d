import type { Image, Job } from './types.ts';

/** The jobs and images of a domain, for its REST API and its notifications. */
export class Catalog {
  readonly #jobs = new Map<number, Job>();
  readonly #images = new Map<string, Image>();
  #changed = new Set<number>();
  #nextJobId: number;

  /** `firstJobId`: the first id of {@link nextJobId}. */
  constructor(firstJobId = 1) {
    this.#nextJobId = firstJobId;
  }

  nextJobId(): number {
    return this.#nextJobId++;
  }

  putJob(job: Job): Job {
    this.#jobs.set(job.jobId, job);
    this.#changed.add(job.jobId);
    this.#nextJobId = Math.max(this.#nextJobId, job.jobId + 1);
    return job;
  }

  /** Ids of the jobs that changed since the last {@link takeChanged}. */
  get changed(): ReadonlySet<number> {
    return this.#changed;
  }

  /** Ids of the jobs that changed since the last call, in the order of their first change. */
  takeChanged(): Set<number> {
    const changed = this.#changed;
    this.#changed = new Set();
    return changed;
  }

  job(jobId: number): Job | undefined {
    return this.#jobs.get(jobId);
  }

  /** In insertion order. */
  jobs(): Job[] {
    return [...this.#jobs.values()];
  }

  children(jobId: number): Job[] {
    return this.jobs().filter((job) => job.parentJobId === jobId && job.jobId !== jobId);
  }

  /** Deletes jobs that ended before a time (epoch seconds). Returns their ids. */
  dropJobs(endedBefore: number): number[] {
    const dropped = this.jobs().filter(({ endTime }) => endTime !== undefined && endTime < endedBefore);
    for (const { jobId } of dropped) this.#jobs.delete(jobId);
    return dropped.map(({ jobId }) => jobId);
  }

  putImage(image: Image): Image {
    this.#images.set(image.backupId, image);
    return image;
  }

  image(backupId: string): Image | undefined {
    return this.#images.get(backupId);
  }

  deleteImage(backupId: string): boolean {
    return this.#images.delete(backupId);
  }

  images(): Image[] {
    return [...this.#images.values()];
  }
}
