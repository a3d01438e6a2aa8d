/** How jobs and images are shown: NetBackup's fields as they came (I-11), and what we know besides. */
import { z } from '@hono/zod-openapi';
import { IMAGE_STATES } from '../../reports/images/image.ts';
import { OUTCOMES } from '../../reports/jobs/job.ts';

const time = z.iso.datetime();
const reportedFields = { groupId: z.string(), firstReportedAt: time, lastReportedAt: time };
export const timelineFields = { eventId: z.string(), reportedAt: time, receivedAt: time };

export const jobSchema = z
  .looseObject({
    ...reportedFields,
    jobId: z.int(),
    outcome: z.enum(OUTCOMES),
    statusText: z.string().optional(),
    startedAt: time.optional().openapi({
      description: "startTime in UTC; absent as long as the primary's UTC offset is not known.",
    }),
  })
  .openapi('Job', { description: "NetBackup's fields as they came, and what we know besides." });

export const imageSchema = z
  .looseObject({
    ...reportedFields,
    backupId: z.string(),
    imageState: z.enum(IMAGE_STATES).openapi({
      description: 'replica-only: what is left cannot be restored from locally (NO_LOCAL_COPY_AVAILABLE).',
    }),
    restorable: z.boolean(),
    backedUpAt: time.optional(),
    createdAt: time.optional(),
  })
  .openapi('Image', { description: "NetBackup's fields as they came, and what we know besides." });
