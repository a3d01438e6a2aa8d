/** The states of a job as a timeline. */
import { type Report, runsOf } from '../../../console/src/views/jobs/timeline.ts';

const report = (run: number, state: string, minute: number, outcome = 'running'): Report => ({
  run,
  state,
  status: 0,
  outcome,
  reportedAt: new Date(Date.UTC(2026, 10, 28, 22, minute)).toISOString(),
});
const now = Date.UTC(2026, 10, 28, 23, 0);

describe('the timeline of a job', () => {
  it('has a step for each state until the next one, and none after the end', () => {
    const [run] = runsOf(
      [report(1, 'QUEUED', 0), report(1, 'ACTIVE', 10), report(1, 'DONE', 40, 'failed')],
      now,
    );
    expect(run?.steps.map(({ state, seconds, share }) => [state, seconds, share])).toEqual([
      ['QUEUED', 600, 0.25],
      ['ACTIVE', 1_800, 0.75],
      ['DONE', 0, 0],
    ]);
    expect(run?.steps[2]).not.toHaveProperty('to');
  });

  it('lets the last state of a running job last until now', () => {
    const [run] = runsOf([report(1, 'ACTIVE', 30)], now);
    expect(run?.steps).toEqual([expect.objectContaining({ seconds: 1_800, share: 1 })]);
  });

  it('does not count the time between two runs for either of them', () => {
    const runs = runsOf(
      [
        report(1, 'ACTIVE', 0),
        report(1, 'DONE', 5, 'failed'),
        report(2, 'ACTIVE', 30),
        report(2, 'DONE', 35, 'succeeded'),
      ],
      now,
    );
    expect(runs.map(({ run, steps }) => [run, steps.map(({ seconds }) => seconds)])).toEqual([
      [1, [300, 0]],
      [2, [300, 0]],
    ]);
  });

  it('shows a state that was short beside one that was long', () => {
    const [run] = runsOf([report(1, 'QUEUED', 0), report(1, 'ACTIVE', 0), report(1, 'ACTIVE', 59)], now);
    expect(run?.steps.every(({ seconds, share }) => seconds === 0 || share >= 0.01)).toBe(true);
  });

  it('is empty without reports, and takes any state that NetBackup sends', () => {
    expect(runsOf([], now)).toEqual([]);
    expect(runsOf([{ ...report(1, 'x', 0), state: 7 }], now)[0]?.steps[0]?.state).toBe('');
  });
});
