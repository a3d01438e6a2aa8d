/** Alarms about the canary. */
import type { AlarmRow } from './alarm-row.ts';

/** What the canary finds; a round begins every so many minutes. */
export const canary = (minutes: number): AlarmRow[] => [
  {
    id: 'CanaryFailing',
    signal: { logged: ['canary/canary-failed'] },
    above: 0,
    minutes: 2,
    of: 3 * minutes,
    isDown: true,
    meaning: 'A played domain repeatedly cannot connect, report or be called through the public URLs.',
  },
  {
    id: 'CanarySlow',
    // As for all domains: NetBackup waits two seconds (contract PRP-2).
    signal: { canary: 'acknowledge', statistic: 'Maximum' },
    above: 1_200,
    minutes: 3,
    of: 5 * minutes,
    meaning: 'A played domain repeatedly gets its acknowledgement later than after 1.2 s.',
  },
  {
    id: 'CanaryMissing',
    signal: { canary: 'total', statistic: 'SampleCount' },
    below: 1,
    minutes: 3 * minutes,
    of: 3 * minutes,
    missingBreaches: true,
    meaning: 'The canary has not finished a round for three times its interval.',
  },
];
