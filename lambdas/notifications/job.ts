/** A job, folded from its notifications (contract NOT-2, NOT-6). */
import { isoTime } from '../platform/clock.ts';
import { contentOf, type Rank, reportedBetween, type TimelineEvent } from './timeline.ts';

/** `running` until DONE; then by the exit status: 0 succeeded, 1 warning, anything else failed. */
export type Outcome = 'running' | 'succeeded' | 'warning' | 'failed';

/** QUEUED < other states < DONE (I-3). */
export const jobRank: Rank = ({ state }) => (state === 'DONE' ? 2 : state === 'QUEUED' ? 0 : 1);

export const outcomeOf = (content: Readonly<Record<string, unknown>>): Outcome => {
  if (content['state'] !== 'DONE') return 'running';
  const { status } = content as { status?: unknown };
  return status === 0 ? 'succeeded' : status === 1 ? 'warning' : 'failed';
};

/** NetBackup's own fields under their own names, and what we know besides. Times of ours are ISO 8601 in UTC. */
export interface JobView {
  readonly [field: string]: unknown;
  readonly groupId: string;
  readonly jobId: number;
  readonly outcome: Outcome;
  readonly firstReportedAt: string;
  readonly lastReportedAt: string;
}
export interface JobTimelineEntry {
  readonly eventId: string;
  readonly reportedAt: string;
  readonly state: unknown;
  readonly status: unknown;
}

/** The event that tells a job's state: the last DONE, since DONE is final whatever the clock says, else the last one. */
export const latestOf = (events: readonly TimelineEvent[]): TimelineEvent | undefined =>
  events.findLast((event) => contentOf(event)['state'] === 'DONE') ?? events.at(-1);

/** @param events not empty, in order. */
export const jobView = (groupId: string, jobId: number, events: readonly TimelineEvent[]): JobView => {
  const latest = latestOf(events);
  const content = latest ? contentOf(latest) : {};
  return {
    ...content,
    groupId,
    jobId,
    outcome: outcomeOf(content),
    ...reportedBetween(events),
  };
};

export const jobTimeline = (events: readonly TimelineEvent[]): JobTimelineEntry[] =>
  events.map((event) => {
    const { state, status } = contentOf(event);
    return { eventId: event.eventId, reportedAt: isoTime(event.timeStamp * 1000), state, status };
  });
