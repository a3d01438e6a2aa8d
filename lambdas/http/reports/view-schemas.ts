/** The schemas of jobs and images: NetBackup's fields as sent (I-11), and computed ones. */
import { z } from '@hono/zod-openapi';
import { OUTCOMES } from '../../platform/bus/enumerations.ts';
import { IMAGE_STATES } from '../../reports/images/image.ts';

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
      description:
        "startTime in UTC; absent while the primary's UTC offset is unknown, and if startTime is zero, before 2000, or more than 36 h ahead of its report.",
    }),
    estimated: z.literal(true).optional().openapi({ description: 'The offset of startedAt is an estimate.' }),
    ambiguous: z.literal(true).optional().openapi({
      description:
        'startedAt may be an hour too early: the clock was changed, and neither the report nor an image decides.',
    }),
  })
  .openapi('Job', { description: "NetBackup's fields as sent, and computed fields." });

export const imageSchema = z
  .looseObject({
    ...reportedFields,
    backupId: z.string(),
    imageState: z.enum(IMAGE_STATES).openapi({
      description: 'replica-only: no remaining copy can be restored from locally (NO_LOCAL_COPY_AVAILABLE).',
    }),
    restorable: z.boolean(),
    backedUpAt: time.optional(),
    createdAt: time.optional(),
  })
  .openapi('Image', { description: "NetBackup's fields as sent, and computed fields." });
