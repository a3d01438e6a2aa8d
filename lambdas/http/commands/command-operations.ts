/** The operations of the function `command`, for its routes and for the OpenAPI document, which another function serves. */
import { z } from '@hono/zod-openapi';
import { containsApiKey } from '../../platform/ids.ts';
import { groupParams, problemSchema, problems } from '../app.ts';
import { pageQuerySchema, pageSchema } from '../cursors.ts';
import type { Operation } from '../operation.ts';
import { isRange, limitParameter, timeParameter } from '../query-parameters.ts';
import { batchRequestSchema, commandRequestSchema, idempotencyKeySchema } from './command-request.ts';
import { commandSchema, STATES } from './command-view.ts';

const commandResponse = { content: { 'application/json': { schema: commandSchema } } };
const itemParams = groupParams.extend({ commandId: z.string() });
const prefer = { prefer: z.string().optional().openapi({ example: 'wait=10' }) };
const idempotencyKey = { 'idempotency-key': idempotencyKeySchema.optional() };

export const submitOperation = {
  method: 'post',
  path: '/v1/groups/{groupId}/commands',
  operationId: 'submitCommand',
  tags: ['Commands'],
  summary: 'Send a NetBackup REST call to a group',
  request: {
    params: groupParams,
    headers: z.object({ ...prefer, ...idempotencyKey }),
    body: { required: true, content: { 'application/json': { schema: commandRequestSchema } } },
  },
  responses: {
    200: { description: 'The command has ended within the time of Prefer: wait.', ...commandResponse },
    202: { description: 'The command is queued or under way; Location is its URL.', ...commandResponse },
    ...problems(413, 422, 429, 503),
  },
} as const satisfies Operation;

export const listOperation = {
  method: 'get',
  path: '/v1/groups/{groupId}/commands',
  operationId: 'listCommands',
  tags: ['Commands'],
  summary: 'Commands of a group',
  request: {
    params: groupParams,
    query: pageQuerySchema
      .extend({
        limit: limitParameter(100, 50),
        state: z.enum(STATES).optional(),
        since: timeParameter('Requested at this time or later.'),
        until: timeParameter('Requested before this time.'),
      })
      .strict()
      .refine(({ since, until }) => isRange(since, until), 'since must lie before until'),
  },
  responses: {
    200: {
      description:
        'The commands of the group, the latest first, without the bodies of their responses; those of other keys without query and response. With `state`, a page may have fewer items than `limit`, or none: continue while there is a cursor.',
      content: { 'application/json': { schema: pageSchema(commandSchema) } },
    },
    ...problems(),
  },
} as const satisfies Operation;

export const showOperation = {
  method: 'get',
  path: '/v1/groups/{groupId}/commands/{commandId}',
  operationId: 'getCommand',
  tags: ['Commands'],
  summary: 'One command with its response',
  request: { params: itemParams, headers: z.object(prefer) },
  responses: {
    200: {
      description:
        'The command when it has ended, or after the time of Prefer: wait. Its query and response are shown to the key that requested it and to keys with the scope admin.',
      ...commandResponse,
    },
    ...problems(429),
  },
} as const satisfies Operation;

export const cancelOperation = {
  method: 'delete',
  path: '/v1/groups/{groupId}/commands/{commandId}',
  operationId: 'cancelCommand',
  tags: ['Commands'],
  summary: 'Cancel a queued command',
  request: { params: itemParams },
  responses: { 200: { description: 'Cancelled.', ...commandResponse }, ...problems(409) },
} as const satisfies Operation;

export const batchResultSchema = z
  .object({
    groupId: z.string(),
    status: z
      .int()
      .openapi({ description: 'The status that POST /v1/groups/{groupId}/commands would have returned.' }),
    location: z.string().optional(),
    command: commandSchema.optional(),
    problem: z.object({ code: z.string(), detail: z.string() }).optional(),
  })
  .openapi('BatchResult');

export const batchOperation = {
  method: 'post',
  path: '/v1/commands',
  operationId: 'submitCommands',
  tags: ['Commands'],
  summary: 'Send a NetBackup REST call to several groups',
  request: {
    headers: z.object(idempotencyKey),
    body: { required: true, content: { 'application/json': { schema: batchRequestSchema } } },
  },
  responses: {
    200: {
      description: 'The result for each group, in the order of the groups.',
      content: {
        'application/json': {
          schema: z.object({ items: z.array(batchResultSchema), cursor: z.string().optional() }),
        },
      },
    },
    ...problems(413),
  },
} as const satisfies Operation;

const credentialSchema = z
  .strictObject({
    apiKey: z
      .string()
      .regex(/^[!-~]{1,4096}$/, 'must be 1 to 4096 printable ASCII characters without blanks')
      .refine((text) => !containsApiKey(text), 'must be an API key of NetBackup, not of this endpoint'),
  })
  .openapi('NetBackupCredential');

export const setCredentialOperation = {
  method: 'put',
  path: '/v1/groups/{groupId}/netbackup-credential',
  operationId: 'setNetBackupCredential',
  tags: ['NetBackup API'],
  summary: 'Store the API key of NetBackup for a group',
  request: {
    params: groupParams,
    body: { required: true, content: { 'application/json': { schema: credentialSchema } } },
  },
  responses: { 204: { description: 'Stored, encrypted. It is never shown.' }, ...problems() },
} as const satisfies Operation;

const storedCredentialSchema = z
  .object({
    stored: z.literal(true),
    storedAt: z.iso.datetime().optional(),
    storedBy: z.string().optional().openapi({ description: 'The id of the API key that stored it.' }),
  })
  .openapi('StoredNetBackupCredential', {
    description:
      '`storedAt` and `storedBy` are missing if it was stored by a version that did not record them.',
  });

export const showCredentialOperation = {
  method: 'get',
  path: '/v1/groups/{groupId}/netbackup-credential',
  operationId: 'getNetBackupCredential',
  tags: ['NetBackup API'],
  summary: 'Whether an API key of NetBackup is stored',
  request: { params: groupParams },
  responses: {
    200: {
      description:
        'A NetBackup API key is stored; it is never shown. 404 no-netbackup-credential if none is stored.',
      content: { 'application/json': { schema: storedCredentialSchema } },
    },
    ...problems(),
  },
} as const satisfies Operation;

export const deleteCredentialOperation = {
  method: 'delete',
  path: '/v1/groups/{groupId}/netbackup-credential',
  operationId: 'deleteNetBackupCredential',
  tags: ['NetBackup API'],
  summary: 'Delete the API key of NetBackup',
  request: { params: groupParams },
  responses: { 204: { description: 'Deleted.' }, ...problems() },
} as const satisfies Operation;

/** A problem that clients of NetBackup understand too. */
const netbackupProblemSchema = problemSchema
  .extend({
    errorCode: z.int().openapi({ description: 'The status.' }),
    errorMessage: z.string().openapi({ description: 'The detail.' }),
    attributeErrors: z.object({}),
    errorDetails: z.array(z.string()).openapi({ description: 'The code.' }),
  })
  .openapi('NetBackupProblem');

const netbackupProblems = (...statuses: number[]) =>
  Object.fromEntries(
    Object.entries(problems(...statuses)).map(([status, { description }]) => [
      status,
      { description, content: { 'application/problem+json': { schema: netbackupProblemSchema } } },
    ]),
  );

/** The same for every method; responses are NetBackup's. */
const proxyOperations = (['get', 'post', 'put', 'patch', 'delete'] as const).map(
  (method): Operation => ({
    method,
    path: '/v1/groups/{groupId}/netbackup/{path}',
    operationId: `${method}NetBackup`,
    tags: ['NetBackup API'],
    summary: `${method.toUpperCase()} of NetBackup's REST API`,
    request: {
      params: groupParams.extend({
        path: z.string().openapi({ description: "A path of NetBackup's API, including slashes." }),
      }),
      headers: z.object({
        authorization: z.string().optional().openapi({
          description:
            'A credential of NetBackup; or, without x-api-key, an API key of this endpoint with the scope inject.',
        }),
        ...prefer,
        ...(method === 'get' ? {} : idempotencyKey),
      }),
    },
    responses: {
      default: { description: "NetBackup's response, with its links rewritten to this endpoint." },
      ...netbackupProblems(405, 409, 413, 415, ...(method === 'get' ? [] : [422]), 429, 502, 503, 504),
    },
  }),
);

export const COMMAND_OPERATIONS: readonly Operation[] = [
  submitOperation,
  listOperation,
  showOperation,
  cancelOperation,
  batchOperation,
  setCredentialOperation,
  showCredentialOperation,
  deleteCredentialOperation,
  ...proxyOperations,
];
