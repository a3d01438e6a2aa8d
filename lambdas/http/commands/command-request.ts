/** What callers say to have a command sent. */
import { z } from '@hono/zod-openapi';
import { digestOf } from '../../commands/idempotency.ts';
import type { CommandRequest } from '../../commands/submit.ts';
import { Problem } from '../../platform/errors.ts';
import { groupIdSchema } from '../app.ts';

const DAY_S = 86_400;

const commandRequestShape = {
  method: z.enum(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE']),
  uri: z
    .string()
    .min(1)
    .max(8192)
    .openapi({ description: 'Path and query, beginning with /netbackup/.', example: '/netbackup/ping' }),
  headers: z.record(z.string(), z.string()).default({}),
  body: z
    .unknown()
    .optional()
    .openapi({ description: 'The body as JSON. Or give it as text in `parameters`.' }),
  parameters: z.string().optional(),
  deliverWithin: z.int().min(0).max(DAY_S).default(300).openapi({
    description:
      'Seconds that it may stay queued while the domain is not connected; 0: refuse with 503 instead.',
  }),
  executeWithin: z
    .int()
    .min(1)
    .max(3600)
    .default(300)
    .openapi({ description: 'Seconds from sending to the answer.' }),
  retry: z.enum(['safe', 'always']).default('safe').openapi({
    description:
      'safe: GETs and HEADs alone are sent again when nobody can tell whether they ran; always: this one too.',
  }),
} as const;

/** Unknown members are refused: a misspelt deadline would go unnoticed. */
const schema = z.strictObject(commandRequestShape);
const isOneBody = ({ body, parameters }: { body?: unknown; parameters?: string | undefined }) =>
  body === undefined || parameters === undefined;
const oneBody = { message: 'give body or parameters, not both' };

export const commandRequestSchema = schema.refine(isOneBody, oneBody).openapi('CommandRequest');

/** The most groups that one batch goes to. */
export const MAX_GROUPS = 100;

export const batchRequestSchema = z
  .strictObject({
    ...commandRequestShape,
    groups: z
      .union([z.literal('all'), z.array(groupIdSchema).min(1).max(MAX_GROUPS)])
      .openapi({ description: `Up to ${MAX_GROUPS} group ids, or "all" that the key may see.` }),
    cursor: z
      .string()
      .optional()
      .openapi({ description: `With "all", which goes ${MAX_GROUPS} groups at a time.` }),
  })
  .refine(isOneBody, oneBody)
  .openapi('BatchRequest');

/** @throws Problem 400 */
const jsonOf = (body: unknown): string => {
  try {
    return JSON.stringify(body);
  } catch {
    // Reading JSON has no limit of depth, and writing it has.
    throw new Problem(400, 'request-not-valid', 'body: nested too deeply; give it as text in `parameters`');
  }
};

/** @throws Problem 400 */
export const wishOf = (
  { method, uri, headers, body, parameters, deliverWithin, executeWithin, retry }: z.infer<typeof schema>,
  requestedBy: string,
  idempotencyKey: string | undefined,
): CommandRequest => {
  const text = body === undefined ? parameters : jsonOf(body);
  const call = { method, uri, headers, ...(text === undefined ? {} : { parameters: text }) };
  return {
    call,
    deliverWithin: deliverWithin * 1000,
    executeWithin: executeWithin * 1000,
    retry,
    requestedBy,
    ...(deliverWithin === 0 ? { onlineOnly: true } : {}),
    ...(idempotencyKey === undefined
      ? {}
      : {
          idempotency: {
            key: idempotencyKey,
            digest: digestOf(call, idempotencyKey, [deliverWithin, executeWithin, retry]),
          },
        }),
  };
};

export const idempotencyKeySchema = z
  .string()
  .min(1)
  .max(255)
  .openapi({ description: 'The same key with the same request is the same command.' });
