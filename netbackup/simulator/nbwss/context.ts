import { type Dial, dialTls } from '../../wire/socket.ts';
import { type Assumptions, DEFAULT_ASSUMPTIONS, DEFAULT_QUIRKS, type Quirks } from '../assumptions.ts';
import type { Fault, FaultContext } from '../faults/fault.ts';
import type { PrimaryOptions } from '../primary-options.ts';
import { DEFAULT_PROPERTIES, type NbwssProperties } from '../properties.ts';

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

/** The context of one primary: its options over the defaults, and what only the primary itself can do. */
export function createContext(
  options: PrimaryOptions,
  own: FaultContext & Pick<ConnectionContext, 'faults'>,
): ConnectionContext {
  const { clock, random, faults } = own;
  const startedAt = clock.now();
  return {
    ...own,
    dial: options.dial ?? dialTls,
    properties: { ...DEFAULT_PROPERTIES, ...options.properties },
    assumptions: { ...DEFAULT_ASSUMPTIONS, ...options.assumptions },
    quirks: { ...DEFAULT_QUIRKS, ...options.quirks },
    trusted: options.trusted ?? [],
    newId: () => random.uuid(),
    stamp: () => {
      const now = clock.now();
      const shifts = faults.map((fault) => fault.clockShiftMs?.(now - startedAt) ?? 0);
      return Math.floor((now + shifts.reduce((sum, shift) => sum + shift, 0)) / 1000);
    },
  };
}
