/** The operations of commands, for the routes of the function `command` and for the OpenAPI document, which another function serves. */
import { z } from '@hono/zod-openapi';
import { STATES } from '../../commands/states.ts';
import { groupParams } from '../app.ts';
import { CURSOR, pageQuerySchema, pageSchema } from '../cursors.ts';
import { described, type Operation } from '../operation.ts';
import { isRange, limitParameter, timeParameter } from '../query-parameters.ts';
import { jsonBody, jsonContent, jsonResponse } from '../route.ts';
import {
  BATCH_REQUEST,
  BATCH_RESULTS,
  COMMAND_LINE,
  COMMAND_REQUEST,
  COMPLETED,
  QUEUED,
} from './command-examples.ts';
import { batchRequestSchema, commandRequestSchema, idempotencyKeySchema } from './command-request.ts';
import { commandSchema } from './command-view.ts';

const itemParams = groupParams.extend({ commandId: z.string() });
export const prefer = { prefer: z.string().optional().openapi({ example: 'wait=10' }) };
export const idempotencyKey = { 'idempotency-key': idempotencyKeySchema.optional() };

export const submitOperation = {
  method: 'post',
  path: '/v1/groups/{groupId}/commands',
  operationId: 'submitCommand',
  tags: ['Commands'],
  summary: 'Send a NetBackup REST call to a group',
  errors: [
    '400 uri-not-allowed',
    '400 header-not-allowed',
    '400 api-key-not-forwarded',
    '400 access-token-not-forwarded',
    '403 path-not-allowed',
    '409 no-netbackup-credential',
    '413 command-too-large',
    '422 idempotency-key-reused',
    '429 too-many-commands',
    '429 too-many-waiting',
    '502 answer-too-large',
    '503 not-connected',
  ],
  request: {
    params: groupParams,
    headers: z.object({ ...prefer, ...idempotencyKey }),
    body: jsonBody(commandRequestSchema, COMMAND_REQUEST),
  },
  responses: {
    200: jsonResponse('The command has ended within the time of Prefer: wait.', commandSchema, COMPLETED),
    202: jsonResponse('The command is queued or under way; Location is its URL.', commandSchema, QUEUED),
  },
} as const satisfies Operation;

export const listOperation = {
  method: 'get',
  path: '/v1/groups/{groupId}/commands',
  operationId: 'listCommands',
  tags: ['Commands'],
  summary: 'Commands of a group',
  errors: [],
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
        'The commands of the group, the latest first, without the bodies of their responses; commands of other keys without query and response. With `state`, a page may have fewer items than `limit`, or none: continue while there is a cursor.',
      content: jsonContent(pageSchema(commandSchema), { items: [COMMAND_LINE], cursor: CURSOR }),
    },
  },
} as const satisfies Operation;

export const showOperation = {
  method: 'get',
  path: '/v1/groups/{groupId}/commands/{commandId}',
  operationId: 'getCommand',
  tags: ['Commands'],
  summary: 'One command with its response',
  errors: ['404 command-not-found', '429 too-many-waiting'],
  request: { params: itemParams, headers: z.object(prefer) },
  responses: {
    200: {
      description:
        'The command when it has ended, or after the time of Prefer: wait. Its query and response are shown to the key that requested it and to keys with the scope admin.',
      content: jsonContent(commandSchema, COMPLETED),
    },
  },
} as const satisfies Operation;

export const cancelOperation = {
  method: 'delete',
  path: '/v1/groups/{groupId}/commands/{commandId}',
  operationId: 'cancelCommand',
  tags: ['Commands'],
  summary: 'Cancel a queued command',
  errors: ['404 command-not-found', '409 command-not-queued'],
  request: { params: itemParams },
  responses: { 200: jsonResponse('Cancelled.', commandSchema, { ...QUEUED, state: 'cancelled' }) },
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
  errors: [],
  request: {
    headers: z.object(idempotencyKey),
    body: jsonBody(batchRequestSchema, BATCH_REQUEST),
  },
  responses: {
    200: {
      description: 'The result for each group, in the order of the groups.',
      content: jsonContent(z.object({ items: z.array(batchResultSchema), cursor: z.string().optional() }), {
        items: BATCH_RESULTS,
      }),
    },
  },
} as const satisfies Operation;

/** The operations for the document, each with its scope. */
export const COMMAND_OPERATIONS = [
  described('command', submitOperation),
  described('command', listOperation),
  described('command', showOperation),
  described('command', cancelOperation),
  described('command', batchOperation),
];
