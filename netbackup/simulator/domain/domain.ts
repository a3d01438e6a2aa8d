import type { NotificationKind } from '../../wire/codec.ts';
import type { Assumptions } from '../assumptions.ts';
import type { Clock } from '../clock.ts';
import type { Notification } from '../nbwss/outbox.ts';
import type { Random } from '../random.ts';
import { Catalog } from './catalog.ts';
import { JobEngine } from './engine.ts';
import { observe } from './notifications.ts';
import { Poller } from './poller.ts';

export interface DomainContext {
  readonly clock: Clock;
  readonly random: Random;
  readonly assumptions: Assumptions;
  readonly timeZone: string;
  readonly primaryName: string;
}

/** The backup side of a primary: its jobs and images, what makes them, and what NBWSS gets to know of them. */
export class Domain {
  readonly catalog = new Catalog();
  readonly engine: JobEngine;
  readonly #context: DomainContext;
  readonly #poller: Poller;

  constructor(context: DomainContext) {
    this.#context = context;
    this.#poller = new Poller(this.catalog, context.assumptions, context.timeZone);
    this.engine = new JobEngine({ ...context, catalog: this.catalog, poller: this.#poller });
  }

  /** Makes the catalog agree with notifications that were written by hand. */
  observe(kinds: readonly NotificationKind[]): void {
    const now = Math.floor(this.#context.clock.now() / 1000);
    for (const job of observe(this.catalog, kinds, this.#context.timeZone, now)) this.#poller.told(job);
  }

  /** What NBWSS has to tell since the last poll (NOT-6). */
  poll(): Notification[] {
    return this.#poller.poll();
  }

  /** True when a poll could find something. */
  get hasNews(): boolean {
    return this.#poller.hasNews;
  }
}
