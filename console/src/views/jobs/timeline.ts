/** The states of a job, each with its beginning and its end. Pure. */
import { omitUndefined } from '../../omit-undefined.ts';

/** A report as the API has it. */
export interface Report {
  readonly run: number;
  readonly state?: unknown;
  readonly status?: unknown;
  readonly outcome: string;
  readonly reportedAt: string;
  readonly lastReportedAt?: string;
}

export interface Step {
  readonly run: number;
  readonly state: string;
  readonly status: unknown;
  readonly outcome: string;
  readonly from: string;
  /** When the next state was reported; undefined for one that lasts. */
  readonly to?: string;
  /** The duration until the next state, or now; 0 for an end. */
  readonly seconds: number;
  /** When NetBackup sent the same state again. */
  readonly repeatedAt?: string;
  /** The share of the width of its run, from 0 to 1: long enough to be seen. */
  readonly share: number;
}

export interface Run {
  readonly run: number;
  readonly steps: readonly Step[];
}

/** The least share of the width of a run. */
const LEAST_SHARE = 0.02;

const withShares = (steps: readonly Step[]): readonly Step[] => {
  const lasting = steps.filter(({ seconds }) => seconds > 0);
  const all = lasting.reduce((sum, { seconds }) => sum + seconds, 0);
  return steps.map((step) => ({
    ...step,
    share: step.seconds > 0 ? Math.max(LEAST_SHARE, step.seconds / all) : 0,
  }));
};

/** @param reports the oldest first. @param now epoch milliseconds. @returns the oldest run first */
export const runsOf = (reports: readonly Report[], now: number): readonly Run[] => {
  const runs = new Map<number, Step[]>();
  for (const [index, report] of reports.entries()) {
    const next = reports[index + 1];
    const isLast = next === undefined || next.run !== report.run;
    const hasEnded = isLast && report.outcome !== 'running';
    const end = isLast ? now : Date.parse(next.reportedAt);
    const seconds = hasEnded ? 0 : Math.max(0, (end - Date.parse(report.reportedAt)) / 1000);
    const step: Step = {
      run: report.run,
      state: typeof report.state === 'string' ? report.state : '',
      status: report.status,
      outcome: report.outcome,
      from: report.reportedAt,
      ...(isLast ? {} : { to: next.reportedAt }),
      seconds,
      ...omitUndefined({ repeatedAt: report.lastReportedAt }),
      share: 0,
    };
    runs.set(report.run, [...(runs.get(report.run) ?? []), step]);
  }
  return [...runs].map(([run, steps]) => ({ run, steps: withShares(steps) }));
};
