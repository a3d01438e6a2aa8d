import { nextStep, type Signs } from '../../../../lambdas/connections/heartbeat.ts';
import { MINUTE_MS } from '../../../../lambdas/platform/clock.ts';

const NOW = 1000 * MINUTE_MS;
const ago = (minutes: number) => NOW - minutes * MINUTE_MS;
const waiting = (minutes: number) => ({ commandId: 'X', sentAt: ago(minutes) });
const step = (signs: Partial<Signs>) =>
  nextStep({
    now: NOW,
    heardAt: ago(20),
    carriedAt: ago(0),
    waiting: undefined,
    heartbeatMs: 8 * MINUTE_MS,
    busy: false,
    ...signs,
  });

it.each<[string, Partial<Signs>, ReturnType<typeof nextStep>]>([
  ['heard just now', { heardAt: ago(1) }, 'wait'],
  ['silent for 8 min', { heardAt: ago(8) }, 'ask'],
  ['traffic of our own is no sign of life', { heardAt: ago(9), carriedAt: ago(0) }, 'ask'],
  ['asked just now', { waiting: waiting(1), carriedAt: ago(1) }, 'wait'],
  ['asked two minutes ago', { waiting: waiting(2), carriedAt: ago(2) }, 'wait'],
  ['asked more than three minutes ago', { waiting: waiting(3.1), carriedAt: ago(3.1) }, 'give-up'],
  ['NetBackup is at work on a command', { waiting: waiting(9), carriedAt: ago(9), busy: true }, 'wait'],
  ['but not for ever', { waiting: waiting(10.1), carriedAt: ago(10.1), busy: true }, 'give-up'],
  ['it never went out', { waiting: waiting(2), carriedAt: ago(15) }, 'renew'],
  ['its answer was lost here, and silence since', { waiting: waiting(20), heardAt: ago(10) }, 'renew'],
  ['its answer was lost here, and others came', { waiting: waiting(20), heardAt: ago(2) }, 'wait'],
])('%s', (_, signs, expected) => {
  expect(step(signs)).toBe(expected);
});
