/** What the commands make of times, days, events and progress. */
import { eventLine } from '../../../bin/nbwss/commands/events.ts';
import { marksOf } from '../../../bin/nbwss/commands/history.ts';
import { registerRebuild } from '../../../bin/nbwss/commands/rebuild.ts';
import { registerRestore } from '../../../bin/nbwss/commands/restore.ts';
import { barOf } from '../../../bin/nbwss/progress.ts';
import { age, futureTime, pastTime, shortTime } from '../../../bin/nbwss/times.ts';
import type { Schemas } from '../../../client/paths.ts';
import { runCommand } from '../../support/run-command.ts';

const NOW = Date.parse('2026-11-29T12:00:00Z');
beforeEach(() => void jest.spyOn(Date, 'now').mockReturnValue(NOW));
afterEach(() => void jest.restoreAllMocks());

it('a duration is a time in the past for ranges, and in the future for ends', () => {
  expect(pastTime('24h')).toBe('2026-11-28T12:00:00.000Z');
  expect(pastTime('7d')).toBe('2026-11-22T12:00:00.000Z');
  expect(futureTime('90m')).toBe('2026-11-29T13:30:00.000Z');
  expect(pastTime('2026-11-29')).toBe('2026-11-29T00:00:00.000Z');
  expect(pastTime('2026-11-29T06:00:00+01:00')).toBe('2026-11-29T05:00:00.000Z');
});

const NO_TIMES = [
  'yesterday',
  '24',
  '-1h',
  '2026-13-01',
  '2026-11-29T06:00:00',
  '2026-11-31',
  '2026-02-30T06:00Z',
];

it.each(NO_TIMES)('%s is refused as a time', (text) => {
  expect(() => pastTime(text)).toThrow(/^Give (a|the) time/);
});

it.each([...NO_TIMES, '24h'])('nbwss rebuild and restore refuse %s too', async (text) => {
  // Without these options, no command is run either.
  for (const [register, ...args] of [
    [registerRebuild, 'rebuild', '--from', text],
    [registerRestore, 'restore', '--at', text],
  ] as const)
    expect((await runCommand(register, args)).err).toMatch(/is invalid\. Give (a|the) time/);
});

it('nbwss restore does not take a date', async () => {
  expect((await runCommand(registerRestore, ['restore', '--at', '2026-11-29'])).exitCode).toBe(1);
});

it('ages are short, and text that is no time is shown as it is', () => {
  expect(age('2026-11-29T11:57:30Z', NOW)).toBe('2 min ago');
  expect(age('2026-11-28T13:00:00Z', NOW)).toBe('23 h ago');
  expect(age('2026-11-20T12:00:00Z', NOW)).toBe('9 d ago');
  expect(age('later', NOW)).toBe('later');
  expect(shortTime('2026-11-29T11:57:30.123Z')).toBe('2026-11-29 11:57Z');
});

it('each of the last days has its mark, the latest on the right', () => {
  const days: Schemas['History']['days'] = [
    { day: '2026-11-29', verdict: 'failed' },
    { day: '2026-11-28', verdict: 'ok' },
    { day: '2026-11-26', verdict: 'warning' },
    { day: '2026-11-25', verdict: 'later-verdict' as 'ok' },
    { day: '2026-01-01', verdict: 'ok' },
  ];
  expect(marksOf({ to: '2026-11-29', days })).toBe('.........?~.+x');
});

it('an event is one line, and says why it was not interpreted', () => {
  const job = { jobId: 144, state: 'DONE', status: 0, clientName: 'db01' };
  const common = { eventId: 'e', groupId: 'demo', receivedAt: 'T' };
  expect(eventLine({ ...common, object: 'JOB', notification: job })).toBe('T  JOB  144  DONE  0  db01');
  expect(eventLine({ ...common, reason: 'unknown-object' })).toBe('T  ?  e  not interpreted: unknown-object');
});

it('a progress bar stays within its bounds', () => {
  expect(barOf(0.26, 'x')).toBe('[#####···············]  26 %  x');
  expect(barOf(7, 'x')).toBe('[####################] 100 %  x');
  expect(barOf(-1, 'x')).toBe('[····················]   0 %  x');
});
