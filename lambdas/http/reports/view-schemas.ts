/** The schemas of jobs and images: NetBackup's fields as sent (I-11), and computed ones. */
import { z } from '@hono/zod-openapi';
import { VERDICTS } from '../../groups/backup-rules.ts';
import { OUTCOMES } from '../../platform/bus/enumerations.ts';
import { IMAGE_STATES } from '../../reports/images/image.ts';

const time = z.iso.datetime();
const notificationType = z.string().openapi({ description: 'INFO, or a type of a later NetBackup.' });
const reportedFields = {
  groupId: z.string(),
  notificationType,
  firstReportedAt: time,
  lastReportedAt: time,
};
export const timelineFields = {
  eventId: z.string(),
  reportedAt: time.openapi({ description: 'When NetBackup first sent it.' }),
  lastReportedAt: time.optional().openapi({ description: 'When NetBackup last sent it again.' }),
  receivedAt: time,
  notificationType,
};

export const jobSchema = z
  .looseObject({
    ...reportedFields,
    jobId: z.int(),
    outcome: z.enum(OUTCOMES),
    verdict: z
      .enum(['running', ...VERDICTS])
      .optional()
      .openapi({ description: 'The outcome by the verdict rules of the group and the deployment.' }),
    statusText: z.string().optional(),
    run: z.int().optional().openapi({
      description: 'The number of its latest run, from the second on: NetBackup can continue a finished job.',
    }),
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
    restorable: z.boolean().nullable().openapi({
      description: 'Whether a local copy can be restored from; null when that is unknown.',
    }),
    backedUpAt: time.optional(),
  })
  .openapi('Image', { description: "NetBackup's fields as sent, and computed fields." });
