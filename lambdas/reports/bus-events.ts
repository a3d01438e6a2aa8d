/** What the bus hears of a notification. `eventId` is stable: a consumer that has seen it may drop the second one. */

import type { Interpreted } from '../notifications/interpret.ts';
import type { BusEvent } from '../platform/bus.ts';
import { isoTime } from '../platform/clock.ts';
import type { BusDetails } from './bus-schemas.ts';
import { outcomeOf, statusOf } from './jobs/job.ts';
import { statusTextOf } from './jobs/status-text.ts';

const event = <K extends keyof BusDetails>(detailType: K, detail: BusDetails[K]): BusEvent => ({
  detailType,
  detail,
});

/** One notification makes one event; the last one of a job makes two. */
export const busEventsOf = (groupId: string, said: Interpreted): BusEvent[] => {
  const { eventId, receivedAt } = said;
  const common = { eventId, groupId, receivedAt: isoTime(receivedAt) };
  if (said.kind === 'QUARANTINE') {
    // Without the text: nobody knows what is in it, and it may be larger than an event can be.
    return [event('Notification Quarantined', { ...common, reason: said.reason })];
  }
  const content = JSON.parse(said.content) as Record<string, unknown>;
  const reported = { ...common, reportedAt: isoTime(said.timeStamp * 1000) };
  if (said.kind === 'IMAGE')
    return [event('Image Changed', { ...reported, backupId: said.backupId, image: content })];
  const outcome = outcomeOf(content);
  const job = { ...reported, jobId: said.jobId, job: content };
  if (outcome === 'running') return [event('Job State Changed', { ...job, outcome })];
  const done = { ...job, outcome, statusText: statusTextOf(statusOf(content)) };
  return [event('Job State Changed', done), event('Job Completed', done)];
};
