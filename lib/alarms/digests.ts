/** Alarms about the digests. */
import { type AlarmRow, ONCE } from './alarm-row.ts';

export const digests: readonly AlarmRow[] = [
  {
    id: 'DigestsNotSent',
    signal: { unsentDigests: true },
    above: 0,
    ...ONCE,
    meaning: 'A daily digest could not be sent, or not be started.',
  },
];
