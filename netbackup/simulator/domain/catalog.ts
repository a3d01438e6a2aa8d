import type { Image, Job } from './types.ts';

/** The jobs and images that a domain knows: what its REST API shows and its notifications tell of. */
export class Catalog {
  readonly #jobs = new Map<number, Job>();
  readonly #images = new Map<string, Image>();
  #changed = new Set<number>();
  #nextJobId: number;

  /** `firstJobId`: the id that {@link nextJobId} gives first. */
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

  /** Ids of the jobs that changed since they were last taken. */
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

  /** In the order of adding. */
  jobs(): Job[] {
    return [...this.#jobs.values()];
  }

  children(jobId: number): Job[] {
    return this.jobs().filter((job) => job.parentJobId === jobId && job.jobId !== jobId);
  }

  /** Forgets jobs that ended before a time (epoch seconds), as NetBackup does after some days. Returns their ids. */
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
