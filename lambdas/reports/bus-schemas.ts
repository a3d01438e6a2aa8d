/**
 * The events on the bus, by detail-type. From these come the types of what is published, the JSON Schemas in
 * docs/event-schemas.json, and the check that what is published is what was promised.
 */
import * as z from 'zod';
import { REASONS } from '../notifications/interpret.ts';
import { OUTCOMES } from './jobs/job.ts';

const time = z.iso.datetime();
const common = {
  /** The same when the same notification is told again. */
  eventId: z.string(),
  groupId: z.string(),
  /** When it arrived. */
  receivedAt: time,
};
const reported = {
  ...common,
  /** When NetBackup sent it. */
  reportedAt: time,
};
/** As NetBackup sent it; unknown members are kept. */
const content = z.looseObject({});

export const jobStateChanged = z.object({
  ...reported,
  jobId: z.int(),
  outcome: z.enum(OUTCOMES),
  /** Once it is DONE: the exit status in words. */
  statusText: z.string().optional(),
  job: content,
});
export const jobCompleted = jobStateChanged.extend({
  outcome: z.enum(['succeeded', 'warning', 'failed']),
  statusText: z.string(),
});
export const imageChanged = z.object({ ...reported, backupId: z.string(), image: content });
export const notificationQuarantined = z.object({ ...common, reason: z.enum(REASONS) });

export const BUS_SCHEMAS = {
  'Job State Changed': jobStateChanged,
  'Job Completed': jobCompleted,
  'Image Changed': imageChanged,
  'Notification Quarantined': notificationQuarantined,
} as const;

export type BusDetails = { readonly [K in keyof typeof BUS_SCHEMAS]: z.infer<(typeof BUS_SCHEMAS)[K]> };
