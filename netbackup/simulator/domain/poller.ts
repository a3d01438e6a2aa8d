import type { Assumptions } from '../assumptions.ts';
import type { Notification } from '../nbwss/outbox.ts';
import type { Catalog } from './catalog.ts';
import { imageNotification, jobNotification } from './notifications.ts';
import type { Image, Job } from './types.ts';

/**
 * NetBackup polls job states (NOT-6): the first notification of a job carries whatever state it then has, a further one
 * says DONE; what lies between two polls is never told. Image operations are told one by one, in order.
 */
export class Poller {
  readonly #catalog: Catalog;
  readonly #assumptions: Assumptions;
  readonly #timeZone: string;
  readonly #told = new Map<number, string>();
  #images: Notification[] = [];

  constructor(catalog: Catalog, assumptions: Assumptions, timeZone: string) {
    this.#catalog = catalog;
    this.#assumptions = assumptions;
    this.#timeZone = timeZone;
  }

  /** Something happened to an image at `at` (epoch seconds). */
  image(image: Image, operationId: string, at: number): void {
    this.#images.push(imageNotification(image, operationId, at, this.#timeZone));
  }

  /** This job's state has been told otherwise. */
  told(job: Job): void {
    this.#told.set(job.jobId, shown(job.state));
  }

  /** These jobs are no more. */
  forget(jobIds: readonly number[]): void {
    for (const jobId of jobIds) this.#told.delete(jobId);
  }

  /** True when a poll could find something. */
  get hasNews(): boolean {
    return (
      this.#images.length > 0 ||
      [...this.#catalog.changed].some((jobId) => this.#isNews(this.#catalog.job(jobId)))
    );
  }

  /** What is to be told since the last poll. */
  poll(): Notification[] {
    const news: Notification[] = [];
    for (const jobId of this.#catalog.takeChanged()) {
      const job = this.#catalog.job(jobId);
      if (!job || !this.#isNews(job)) continue;
      this.told(job);
      news.push(jobNotification({ ...job, state: shown(job.state) }, this.#timeZone));
    }
    news.push(...this.#images);
    this.#images = [];
    return news;
  }

  #isNews(job: Job | undefined): boolean {
    if (!job) return false;
    const told = this.#told.get(job.jobId);
    const state = shown(job.state);
    if (told === undefined) return true;
    if (told === 'DONE') return false;
    return state === 'DONE' || (this.#assumptions.tellsActive && told === 'QUEUED' && state === 'ACTIVE');
  }
}

/** NBWSS knows three states (NOT-2); a try that waits for the next is queued, a suspended job still active [assumed]. */
function shown(state: string): string {
  if (state === 'REQUEUED' || state === 'INCOMPLETE') return 'QUEUED';
  return state === 'SUSPENDED' ? 'ACTIVE' : state;
}
