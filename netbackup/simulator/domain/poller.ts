import type { Assumptions } from '../assumptions.ts';
import type { Notification } from '../nbwss/outbox.ts';
import type { Catalog } from './catalog.ts';
import { imageNotification, jobNotification } from './notifications.ts';
import type { Image, Job } from './types.ts';

/**
 * NetBackup polls job states (NOT-6): a job's first notification has its state at that poll, another one is DONE; states
 * between two polls are not published. A job that is queued again, and then active again, is published each time
 * [assumed]. Each image operation is published, in order.
 */
export class Poller {
  readonly #catalog: Catalog;
  readonly #assumptions: Assumptions;
  readonly #timeZone: string;
  readonly #published = new Map<number, { readonly state: string; readonly wasActive: boolean }>();
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
    const state = publishedState(job.state);
    const wasActive = state === 'ACTIVE' || this.#published.get(job.jobId)?.wasActive === true;
    this.#published.set(job.jobId, { state, wasActive });
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
    if (published?.state === state) return false;
    const isActivation = published?.state === 'QUEUED' && state === 'ACTIVE';
    return !isActivation || published.wasActive || this.#assumptions.tellsActive;
  }
}

/** NBWSS has three states (NOT-2): a job that waits for a retry or is suspended is QUEUED (NOT-6) [assumed]. */
function publishedState(state: string): string {
  return state === 'REQUEUED' || state === 'INCOMPLETE' || state === 'SUSPENDED' ? 'QUEUED' : state;
}
