/** When a job started (I-12). Pure. */
import { isoTime } from '../../platform/clock.ts';
import { omitUndefined } from '../../platform/omit-undefined.ts';
import type { PrimaryTime, Reading, ReadingEvidence } from '../primary-time/primary-time.ts';
import { usableTime } from '../primary-time/usable-time.ts';
import { listedAtOfPosition } from '../views/index-keys.ts';
import type { ReportedState } from '../views/timeline.ts';

/** The computed fields of a job's start. */
export interface StartView {
  /** `startTime` in UTC, ISO 8601; absent if it is not usable, and as long as the primary's offset is not known. */
  readonly startedAt?: string;
  /** The offset of `startedAt` is an estimate. */
  readonly estimated?: true;
  /** `startedAt` may be an hour too early: the clock was changed, and nothing decides. */
  readonly ambiguous?: true;
}
interface StartedJob extends StartView {
  readonly [field: string]: unknown;
  readonly lastReportedAt: string;
}

const shown = (reading: Reading | undefined): StartView =>
  reading
    ? omitUndefined({
        startedAt: isoTime(reading.seconds * 1000),
        estimated: reading.estimated,
        ambiguous: reading.ambiguous,
      })
    : {};

/** @param states of the job, in order */
export const startView = (
  startTime: unknown,
  states: readonly ReportedState[],
  time: PrimaryTime,
): StartView => {
  const reportedAt = states.at(-1)?.lastTimeStamp ?? 0;
  const first = states.find(({ content }) => content['startTime'] === startTime);
  return shown(time.read(usableTime(startTime, reportedAt), { notAfter: first?.timeStamp }));
};

const secondsOf = (iso: string): number => Date.parse(iso) / 1000;

/** `startTime` as sent, if it is usable. */
export const localStart = (job: StartedJob): number | undefined =>
  usableTime(job['startTime'], secondsOf(job.lastReportedAt));

/** When it can have started, epoch seconds in UTC: none if that is unknown, several if the time is ambiguous. */
export const possibleStarts = (job: StartedJob, time: PrimaryTime): number[] => {
  if (job.startedAt === undefined) return [];
  if (!job.ambiguous) return [secondsOf(job.startedAt)];
  return time.readings(localStart(job)).map(({ seconds }) => seconds);
};

/** The job with the start that the images of its client decide, if it was ambiguous. */
export const withBackupTimes = <T extends StartedJob>(
  job: T,
  backupTimes: readonly number[],
  time: PrimaryTime,
): T => {
  if (!job.ambiguous) return job;
  const { ambiguous: _, ...rest } = job;
  return { ...(rest as T), ...shown(time.read(localStart(job), { backupTimes })) };
};

/** The start in an index, epoch seconds in UTC. Undefined for a job without a usable start, and while the offset is unknown. */
export const startOfPosition = (
  at: string,
  time: PrimaryTime,
  evidence: ReadingEvidence,
): number | undefined => {
  const { seconds, isReport } = listedAtOfPosition(at);
  return isReport ? undefined : time.utcSeconds(seconds, evidence);
};
