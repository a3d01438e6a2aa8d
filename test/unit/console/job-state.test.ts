/** What the result of a job means. */
import { resultOf, secondsOf, toneOfResult } from '../../../console/src/views/jobs/job-state.ts';

describe('the result of a job', () => {
  it('is the verdict of the rules, else the outcome', () => {
    expect(resultOf({ verdict: 'ignored', outcome: 'failed' })).toBe('ignored');
    expect(['running', 'succeeded', 'warning', 'failed'].map((outcome) => resultOf({ outcome }))).toEqual([
      'running',
      'ok',
      'warning',
      'failed',
    ]);
  });

  it('is critical only if it failed by the rules', () => {
    expect(toneOfResult('failed')).toBe('critical');
    expect(toneOfResult('ignored')).toBe('quiet');
  });
});

describe('the duration of a job', () => {
  const startedAt = '2026-11-28T22:00:00.000Z';
  const lastReportedAt = '2026-11-28T22:10:00.000Z';
  const now = Date.parse('2026-11-28T23:00:00.000Z');

  it('ends with its last report, or lasts until now', () => {
    expect(secondsOf({ outcome: 'failed', startedAt, lastReportedAt }, now)).toBe(600);
    expect(secondsOf({ outcome: 'running', startedAt, lastReportedAt }, now)).toBe(3_600);
  });

  it('is not known without a start, and never negative', () => {
    expect(secondsOf({ outcome: 'running', lastReportedAt }, now)).toBeUndefined();
    expect(secondsOf({ outcome: 'running', startedAt, lastReportedAt }, now - 7_200_000)).toBe(0);
  });
});
