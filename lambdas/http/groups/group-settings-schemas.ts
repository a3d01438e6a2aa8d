/** The settings of a group in requests. */
import { z } from '@hono/zod-openapi';
import { VERDICTS } from '../../groups/backup-rules.ts';
import { timeZoneOf } from '../../reports/primary-time/time-zone.ts';
import { unicodeText } from '../unicode-text.ts';
import { labelsSchema } from './labels-schema.ts';

export const description = unicodeText().max(1000);
export const allowedCidrs = z
  .array(z.union([z.cidrv4(), z.cidrv6()], 'must be an IPv4 or IPv6 range such as 10.0.0.0/8'))
  .max(100)
  .openapi({
    description: 'The addresses from which the domain may connect, IPv4 and IPv6; any when empty.',
  });
export const labels = labelsSchema.openapi({
  description:
    'Any labels, to filter with `label`. Keys can be limited to groups by labels, so only keys for all groups may set them.',
  example: { customer: 'acme' },
});

const exitStatus = z.int().min(0).max(999_999);
const jobType = unicodeText().min(1).max(64);
export const verdicts = z
  .array(
    z
      .strictObject({
        status: z.union([exitStatus, z.array(exitStatus).min(1).max(50)]).optional(),
        policy: unicodeText().min(1).max(255).optional().openapi({ description: '`*` stands for any text.' }),
        jobType: z.union([jobType, z.array(jobType).min(1).max(20)]).optional(),
        verdict: z.enum(VERDICTS),
      })
      .refine(
        ({ status, policy, jobType }) =>
          status !== undefined || policy !== undefined || jobType !== undefined,
        'must have a status, a policy or a jobType',
      ),
  )
  .max(30)
  .openapi({
    description:
      'What exit statuses mean, where it differs from the usual (0 ok, 1 warning, 150 cancelled, anything else failed). The first rule that applies counts; the rules of the deployment follow. A change applies to past jobs too.',
  });

export const timeZone = z
  .string()
  .transform((name, context) => {
    const known = timeZoneOf(name);
    if (known !== undefined) return known;
    const message = 'must be a time zone of the tz database such as Europe/Berlin';
    context.issues.push({ code: 'custom', message, input: name });
    return z.NEVER;
  })
  .openapi({
    type: 'string',
    description:
      "The primary's time zone, of the tz database. It decides what startTime and createdTime are in UTC.",
    example: 'Europe/Berlin',
  });
