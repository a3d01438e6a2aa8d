/** The events about notifications. `eventId` is stable: a consumer that has seen it may drop the second one. */

import type { QuarantinedPart } from '../notifications/notification.ts';
import { type BusEvent, event } from '../platform/bus/bus.ts';
import { isoTime } from '../platform/clock.ts';
import { omitUndefined } from '../platform/omit-undefined.ts';
import { outcomeOf, statusOf } from './jobs/job-state.ts';
import { runsOf } from './jobs/runs.ts';
import { statusTextOf } from './jobs/status-text.ts';
import type { ReportedState } from './views/timeline.ts';

const received = (
  groupId: string,
  { eventId, receivedAt }: Pick<QuarantinedPart, 'eventId' | 'receivedAt'>,
) => ({
  eventId,
  groupId,
  receivedAt: isoTime(receivedAt),
});

const reported = (groupId: string, state: ReportedState) => ({
  ...received(groupId, state),
  reportedAt: isoTime(state.timeStamp * 1000),
  notificationType: state.notificationType,
});

/** Without the text: it may hold anything, and be larger than an event can be. */
export const quarantineEvent = (groupId: string, part: QuarantinedPart): BusEvent =>
  event('Notification Quarantined', { ...received(groupId, part), reason: part.reason });

/** One event. */
export const imageEvent = (groupId: string, backupId: string, state: ReportedState): BusEvent =>
  event('Image Changed', { ...reported(groupId, state), backupId, image: state.content });

/** One event for a state, two for DONE. */
const jobEvents = (groupId: string, jobId: number, state: ReportedState): BusEvent[] => {
  const { content } = state;
  const outcome = outcomeOf(content);
  const job = { ...reported(groupId, state), jobId, job: content };
  if (outcome === 'running') return [event('Job State Changed', { ...job, outcome })];
  const done = { ...job, outcome, ...omitUndefined({ statusText: statusTextOf(statusOf(content)) }) };
  return [event('Job State Changed', done), event('Job Completed', done)];
};

/**
 * @param all the states of the job, in order
 * @param published those to publish. A state that came back after DONE without beginning a new run is a late report, and no event.
 */
export const eventsOfJob = (
  groupId: string,
  jobId: number,
  all: readonly ReportedState[],
  published: readonly ReportedState[],
): BusEvent[] => {
  const late = new Set(runsOf(all).flatMap(({ states, latest }) => states.slice(states.indexOf(latest) + 1)));
  return published
    .filter((state) => state.ordinal === 1 || !late.has(state))
    .flatMap((state) => jobEvents(groupId, jobId, state));
};
