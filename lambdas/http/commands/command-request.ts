/** The body of a request for a command. */
import { z } from '@hono/zod-openapi';
import { digestOf } from '../../commands/idempotency.ts';
import type { CommandRequest } from '../../commands/prepare-command.ts';
import { DAY_S } from '../../platform/clock.ts';
import { HttpProblem } from '../../platform/errors.ts';
import { hasInexactNumber } from '../../platform/json-text.ts';
import { omitUndefined } from '../../platform/omit-undefined.ts';
import { METHODS } from '../../protocol/methods.ts';
import { groupIdSchema } from '../app.ts';

const commandRequestShape = {
  method: z.enum(METHODS),
  uri: z
    .string()
    .min(1)
    .max(8192)
    .openapi({ description: 'Path and query, beginning with /netbackup/.', example: '/netbackup/ping' }),
  headers: z.record(z.string(), z.string()).default({}),
  body: z.unknown().optional().openapi({ description: 'The body as JSON; as text it is `parameters`.' }),
  parameters: z.string().optional(),
  deliverWithin: z.int().min(0).max(DAY_S).default(300).openapi({
    description:
      'Seconds that the command may stay queued while the domain is not connected; 0: the command is refused with 503 instead.',
  }),
  executeWithin: z
    .int()
    .min(1)
    .max(3600)
    .default(300)
    .openapi({ description: 'Seconds from sending to the response.' }),
  retry: z.enum(['safe', 'always']).default('safe').openapi({
    description:
      'safe: only GET and HEAD are sent again when it is unknown whether they ran; always: this command too.',
  }),
  credential: z.enum(['group']).optional().openapi({
    description:
      'group: the call gets the NetBackup API key that is stored for the group, on the paths that it is used for. Needs the scope inject.',
  }),
} as const;

/** Unknown members are refused, so that a misspelt deadline is noticed. */
const schema = z.strictObject(commandRequestShape);
const isOneBody = ({ body, parameters }: { body?: unknown; parameters?: string | undefined }) =>
  body === undefined || parameters === undefined;
const oneBody = { message: 'give body or parameters, not both' };
const isOneCredential = ({ headers, credential }: { headers: object; credential?: 'group' | undefined }) =>
  credential === undefined || !Object.keys(headers).some((name) => name.toLowerCase() === 'authorization');
const oneCredential = { message: 'give credential or the header Authorization, not both' };

export const commandRequestSchema = schema
  .refine(isOneBody, oneBody)
  .refine(isOneCredential, oneCredential)
  .openapi('CommandRequest');

/** The most groups of one batch. */
export const MAX_GROUPS = 100;

export const batchRequestSchema = z
  .strictObject({
    ...commandRequestShape,
    groups: z
      .union([z.literal('all'), z.array(groupIdSchema).min(1).max(MAX_GROUPS)])
      .openapi({ description: `Up to ${MAX_GROUPS} group ids, or "all" groups of the key.` }),
    cursor: z
      .string()
      .optional()
      .openapi({
        description: `With "all": the cursor of the next ${MAX_GROUPS} groups. Only for the same command.`,
      }),
  })
  .refine(isOneBody, oneBody)
  .refine(isOneCredential, oneCredential)
  .refine(({ groups, cursor }) => cursor === undefined || groups === 'all', 'cursor: only with "all" groups')
  .openapi('BatchRequest');

const bodyRefused = (why: string) =>
  new HttpProblem(400, 'request-not-valid', `body: ${why}; send it as text in \`parameters\``);

/** @throws HttpProblem 400 */
const jsonOf = (body: unknown): string => {
  let text: string;
  try {
    text = JSON.stringify(body);
  } catch {
    // Parsing JSON has no depth limit, but serialising has.
    throw bodyRefused('nested too deeply');
  }
  if (hasInexactNumber(body)) throw bodyRefused('a number in it would be rounded');
  return text;
};

/** What a digest is of, beside the call; not of the group's API key, which may change between two attempts. */
export const termsOf = (
  { deliverWithin, executeWithin, retry }: Pick<CommandRequest, 'deliverWithin' | 'executeWithin' | 'retry'>,
  credential: 'group' | undefined,
): readonly unknown[] => [deliverWithin, executeWithin, retry, ...(credential ? [credential] : [])];

/** @throws HttpProblem 400 */
export const toCommandRequest = (
  {
    method,
    uri,
    headers,
    body,
    parameters,
    deliverWithin,
    executeWithin,
    retry,
    credential,
  }: z.infer<typeof schema>,
  requestedBy: string,
  idempotencyKey: string | undefined,
): CommandRequest => {
  const text = body === undefined ? parameters : jsonOf(body);
  const call = { method, uri, headers, ...omitUndefined({ parameters: text }) };
  return {
    call,
    deliverWithin: deliverWithin * 1000,
    executeWithin: executeWithin * 1000,
    retry,
    requestedBy,
    onlineOnly: deliverWithin === 0,
    idempotency:
      idempotencyKey === undefined
        ? undefined
        : {
            key: idempotencyKey,
            digest: digestOf(
              call,
              idempotencyKey,
              termsOf({ deliverWithin, executeWithin, retry }, credential),
            ),
          },
  };
};

export const idempotencyKeySchema = z
  .string()
  .min(1)
  .max(255)
  .openapi({ description: 'A repeated request with the same key refers to the same command.' });
