/** The events about notifications. `eventId` is stable: a consumer that has seen it may drop the second one. */

import type { Interpretation } from '../notifications/notification.ts';
import { type BusEvent, event } from '../platform/bus/bus.ts';
import { isoTime } from '../platform/clock.ts';
import { outcomeOf, statusOf } from './jobs/job.ts';
import { statusTextOf } from './jobs/status-text.ts';

/** One event for each notification; two for the last one of a job. */
export const busEventsOf = (groupId: string, one: Interpretation): BusEvent[] => {
  const { eventId, receivedAt } = one;
  const common = { eventId, groupId, receivedAt: isoTime(receivedAt) };
  if (one.kind === 'QUARANTINE') {
    // Without the text: it may hold anything, and be larger than an event can be.
    return [event('Notification Quarantined', { ...common, reason: one.reason })];
  }
  const { timeStamp, content } = one;
  const reported = { ...common, reportedAt: isoTime(timeStamp * 1000) };
  if (one.kind === 'IMAGE')
    return [event('Image Changed', { ...reported, backupId: one.backupId, image: content })];
  const outcome = outcomeOf(content);
  const job = { ...reported, jobId: one.jobId, job: content };
  if (outcome === 'running') return [event('Job State Changed', { ...job, outcome })];
  const done = { ...job, outcome, statusText: statusTextOf(statusOf(content)) };
  return [event('Job State Changed', done), event('Job Completed', done)];
};
