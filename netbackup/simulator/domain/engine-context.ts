import type { Clock } from '../clock.ts';
import type { Random } from '../random.ts';
import type { Catalog } from './catalog.ts';
import type { Poller } from './poller.ts';

/** What the parts of the job engine share. */
export interface EngineContext {
  readonly clock: Clock;
  readonly random: Random;
  readonly catalog: Catalog;
  readonly poller: Poller;
  readonly primaryName: string;
  readonly timeZone: string;
}
