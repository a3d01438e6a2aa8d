import { type OpenSocket, openTlsSocket } from '../../wire/socket.ts';
import { type Assumptions, DEFAULT_ASSUMPTIONS, DEFAULT_QUIRKS, type Quirks } from '../assumptions.ts';
import type { Fault, FaultContext } from '../faults/fault.ts';
import type { PrimaryOptions } from '../primary-options.ts';
import { DEFAULT_PROPERTIES, type NbwssProperties } from '../properties.ts';

/** Shared by all parts of one simulated NBWSS. */
export interface ConnectionContext extends FaultContext {
  readonly openSocket: OpenSocket;
  readonly properties: NbwssProperties;
  readonly assumptions: Assumptions;
  readonly quirks: Quirks;
  /** The active faults; they can change. */
  readonly faults: readonly Fault[];
  /** PEM certificates to trust besides the approved ones. */
  readonly trusted: readonly string[];
  newId(): string;
  /** The primary's time in epoch seconds (ENV-2). */
  timeStamp(): number;
}

/** The context of one primary: its options with the defaults. */
export function createContext(
  options: PrimaryOptions,
  own: FaultContext & Pick<ConnectionContext, 'faults'>,
): ConnectionContext {
  const { clock, random, faults } = own;
  const startedAt = clock.now();
  return {
    ...own,
    openSocket: options.openSocket ?? openTlsSocket,
    properties: { ...DEFAULT_PROPERTIES, ...options.properties },
    assumptions: { ...DEFAULT_ASSUMPTIONS, ...options.assumptions },
    quirks: { ...DEFAULT_QUIRKS, ...options.quirks },
    trusted: options.trusted ?? [],
    newId: () => random.uuid(),
    timeStamp: () => {
      const now = clock.now();
      const shifts = faults.map((fault) => fault.clockShiftMs?.(now - startedAt) ?? 0);
      return Math.floor((now + shifts.reduce((sum, shift) => sum + shift, 0)) / 1000);
    },
  };
}
