/** The tone of a job's result, and how long the job ran. Pure. */
import type { Tone } from '../../components/tone.ts';

export type Result = 'running' | 'ok' | 'warning' | 'ignored' | 'cancelled' | 'failed';

const TONES: Readonly<Record<Result, Tone>> = {
  running: 'quiet',
  ok: 'good',
  warning: 'warning',
  ignored: 'quiet',
  cancelled: 'quiet',
  failed: 'critical',
};
/** The outcomes of a summary, in the order in which they are shown. */
export const SHOWN_OUTCOMES = ['failed', 'warning', 'running', 'succeeded'] as const;

export const toneOfResult = (result: Result): Tone => TONES[result];

const OUTCOMES: Readonly<Record<string, Result>> = {
  running: 'running',
  succeeded: 'ok',
  warning: 'warning',
  failed: 'failed',
};

/** The verdict, by the rules of the group; the outcome where no rules were applied. */
export const resultOf = ({
  verdict,
  outcome,
}: {
  readonly verdict?: Result;
  readonly outcome: string;
}): Result => verdict ?? OUTCOMES[outcome] ?? 'running';

interface Times {
  readonly outcome: string;
  readonly startedAt?: string;
  readonly lastReportedAt: string;
}

/** How many seconds a job has run, until its last report if it has ended; undefined without a start. @param now epoch milliseconds */
export const secondsOf = ({ outcome, startedAt, lastReportedAt }: Times, now: number): number | undefined => {
  if (startedAt === undefined) return undefined;
  const end = outcome === 'running' ? now : Date.parse(lastReportedAt);
  return Math.max(0, (end - Date.parse(startedAt)) / 1000);
};
