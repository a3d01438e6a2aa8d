import type { NotificationKind } from '../../wire/codec.ts';
import type { Assumptions } from '../assumptions.ts';
import type { Clock } from '../clock.ts';
import type { Notification } from '../nbwss/outbox.ts';
import type { Random } from '../random.ts';
import { Catalog } from './catalog.ts';
import { recordNotifications } from './notifications.ts';
import { Poller } from './poller.ts';
import { Workload } from './workload.ts';

export interface DomainContext {
  readonly clock: Clock;
  readonly random: Random;
  readonly assumptions: Assumptions;
  readonly timeZone: string;
  readonly primaryName: string;
}

/** The jobs and images of a primary, the workload that creates them, and their notifications. */
export class Domain {
  readonly catalog = new Catalog();
  readonly workload: Workload;
  readonly #context: DomainContext;
  readonly #poller: Poller;

  constructor(context: DomainContext) {
    this.#context = context;
    this.#poller = new Poller(this.catalog, context.assumptions, context.timeZone);
    this.workload = new Workload({ ...context, catalog: this.catalog, poller: this.#poller });
  }

  /** Updates the catalog from notifications that the caller has written. */
  record(kinds: readonly NotificationKind[]): void {
    const now = Math.floor(this.#context.clock.now() / 1000);
    const jobs = recordNotifications(this.catalog, kinds, this.#context.timeZone, now);
    for (const job of jobs) this.#poller.markPublished(job);
  }

  /** The notifications since the last poll (NOT-6). */
  poll(): Notification[] {
    return this.#poller.poll();
  }

  /** Whether the next poll returns notifications. */
  get hasPending(): boolean {
    return this.#poller.hasPending;
  }
}
