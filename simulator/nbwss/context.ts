import type { Assumptions, Quirks } from '../assumptions.ts';
import type { Fault, FaultContext } from '../faults/fault.ts';
import type { NbwssProperties } from '../properties.ts';
import type { Dial } from './socket.ts';

/** What every part of one simulated NBWSS shares. */
export interface ConnectionContext extends FaultContext {
  readonly dial: Dial;
  readonly properties: NbwssProperties;
  readonly assumptions: Assumptions;
  readonly quirks: Quirks;
  /** Active faults; may change while it runs. */
  readonly faults: readonly Fault[];
  /** PEM certificates that are trusted beside the stored ones. */
  readonly trusted: readonly string[];
  newId(): string;
  /** The primary's idea of now, in epoch seconds (ENV-2). */
  stamp(): number;
}
