import type { Assumptions } from '../assumptions.ts';
import type { Notification } from '../nbwss/outbox.ts';
import type { Catalog } from './catalog.ts';
import { imageNotification, jobNotification } from './notifications.ts';
import type { Image, Job } from './types.ts';

/**
 * NetBackup polls job states (NOT-6): a job's first notification has its state at that poll, a second one is DONE; states
 * between two polls are not published. Each image operation is published, in order.
 */
export class Poller {
  readonly #catalog: Catalog;
  readonly #assumptions: Assumptions;
  readonly #timeZone: string;
  readonly #published = new Map<number, string>();
  #images: Notification[] = [];

  constructor(catalog: Catalog, assumptions: Assumptions, timeZone: string) {
    this.#catalog = catalog;
    this.#assumptions = assumptions;
    this.#timeZone = timeZone;
  }

  /** Adds an image operation of the time `at` (epoch seconds). */
  addImage(image: Image, operationId: string, at: number): void {
    this.#images.push(imageNotification(image, operationId, at, this.#timeZone));
  }

  /** Marks a job's current state as published. */
  markPublished(job: Job): void {
    this.#published.set(job.jobId, publishedState(job.state));
  }

  /** Forgets deleted jobs. */
  forget(jobIds: readonly number[]): void {
    for (const jobId of jobIds) this.#published.delete(jobId);
  }

  /** Whether the next poll returns notifications. */
  get hasPending(): boolean {
    return (
      this.#images.length > 0 ||
      [...this.#catalog.changed].some((jobId) => this.#isPending(this.#catalog.job(jobId)))
    );
  }

  /** The notifications since the last poll. */
  poll(): Notification[] {
    const notifications: Notification[] = [];
    for (const jobId of this.#catalog.takeChanged()) {
      const job = this.#catalog.job(jobId);
      if (!job || !this.#isPending(job)) continue;
      this.markPublished(job);
      notifications.push(jobNotification({ ...job, state: publishedState(job.state) }, this.#timeZone));
    }
    notifications.push(...this.#images);
    this.#images = [];
    return notifications;
  }

  #isPending(job: Job | undefined): boolean {
    if (!job) return false;
    const published = this.#published.get(job.jobId);
    const state = publishedState(job.state);
    if (published === undefined) return true;
    if (published === 'DONE') return false;
    return (
      state === 'DONE' || (this.#assumptions.tellsActive && published === 'QUEUED' && state === 'ACTIVE')
    );
  }
}

/** NBWSS has three states (NOT-2): a job that waits for a retry is QUEUED, a suspended job is ACTIVE [assumed]. */
function publishedState(state: string): string {
  if (state === 'REQUEUED' || state === 'INCOMPLETE') return 'QUEUED';
  return state === 'SUSPENDED' ? 'ACTIVE' : state;
}
