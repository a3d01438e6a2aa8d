/** What the bus hears of a notification. `eventId` is stable: a consumer that has seen it may drop the second one. */

import type { BusEvent } from '../platform/bus.ts';
import { isoTime } from '../platform/clock.ts';
import type { Interpreted } from './interpret.ts';
import { outcomeOf } from './job.ts';

/** One notification makes one event; the last one of a job makes two. */
export const busEventsOf = (groupId: string, said: Interpreted): BusEvent[] => {
  const { eventId, receivedAt } = said;
  const common = { eventId, groupId, receivedAt: isoTime(receivedAt) };
  if (said.kind === 'QUARANTINE') {
    // Without the text: nobody knows what is in it, and it may be larger than an event can be.
    return [{ detailType: 'Notification Quarantined', detail: { ...common, reason: said.reason } }];
  }
  const content = JSON.parse(said.content) as Record<string, unknown>;
  const reportedAt = isoTime(said.timeStamp * 1000);
  if (said.kind === 'IMAGE') {
    return [
      {
        detailType: 'Image Changed',
        detail: { ...common, reportedAt, backupId: said.backupId, image: content },
      },
    ];
  }
  const detail = { ...common, reportedAt, jobId: said.jobId, outcome: outcomeOf(content), job: content };
  const changed = { detailType: 'Job State Changed', detail };
  return content['state'] === 'DONE' ? [changed, { detailType: 'Job Completed', detail }] : [changed];
};
