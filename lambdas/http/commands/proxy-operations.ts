/** NetBackup's REST API in the OpenAPI document. The routes themselves are in `lambdas/proxy`. */
import { z } from '@hono/zod-openapi';
import { groupParams } from '../app.ts';
import {
  type ErrorFormat,
  errorExamples,
  errorResponses,
  type ProxyErrorName,
  problemSchema,
} from '../errors.ts';
import { type Operation, usualErrors } from '../operation.ts';
import { idempotencyKey, prefer } from './command-operations.ts';

/** An error that clients of NetBackup understand too. */
const netbackupProblemSchema = problemSchema
  .extend({
    errorCode: z.int().openapi({ description: 'The status.' }),
    errorMessage: z.string().openapi({ description: 'The detail.' }),
    attributeErrors: z.object({}),
    errorDetails: z.array(z.string()).openapi({ description: 'The code.' }),
  })
  .openapi('NetBackupProblem');

const FORMAT: ErrorFormat = {
  schema: netbackupProblemSchema,
  prefix: 'netbackup.',
  moreOf: ({ status, code, message }) => ({
    errorCode: status,
    errorMessage: message,
    attributeErrors: {},
    errorDetails: [code],
  }),
};

const PATH = '/v1/groups/{groupId}/netbackup/{path}';

const ERRORS_OF_READS: readonly ProxyErrorName[] = [
  '303 answer-elsewhere',
  ...usualErrors({ path: PATH }),
  '400 uri-not-allowed',
  '400 header-not-allowed',
  '400 api-key-not-forwarded',
  '400 access-token-not-forwarded',
  '403 path-not-allowed',
  '409 no-netbackup-credential',
  '409 command-cancelled',
  '413 command-too-large',
  '415 body-not-supported',
  '429 too-many-commands',
  '429 too-many-waiting',
  '502 answer-too-large',
  '502 answer-not-usable',
  '502 command-failed',
  '502 command-lost',
  '503 not-connected',
  '504 no-answer',
  '504 no-answer-yet',
];
const errorsOf = (method: string): readonly ProxyErrorName[] => [
  ...ERRORS_OF_READS,
  method === 'get' ? '400 page-limit-too-large' : '422 idempotency-key-reused',
];

/** For the components of the document. */
export const PROXY_ERROR_EXAMPLES = errorExamples(FORMAT, [
  ...ERRORS_OF_READS,
  '400 page-limit-too-large',
  '422 idempotency-key-reused',
]);

/** NetBackup defines what it receives and answers: these are examples. */
const anyJson = z.unknown().openapi({ description: "As NetBackup's documentation says." });
const BODY = {
  data: { type: 'policy', id: 'files-daily', attributes: { policy: { policyName: 'files-daily' } } },
};
const ANSWER = { data: [], meta: { pagination: { limit: 10, offset: 0, count: 0 } } };

/** The same for every method. */
export const PROXY_OPERATIONS = (['get', 'post', 'put', 'patch', 'delete'] as const).map(
  (method): Omit<Operation, 'errors'> => ({
    method,
    path: PATH,
    operationId: `${method}NetBackup`,
    tags: ['NetBackup API'],
    summary: `${method.toUpperCase()} of NetBackup's REST API`,
    security: [
      { apiKey: ['command'] },
      { apiKeyAsAuthorization: ['inject'] },
      { accessToken: ['inject'] },
      { session: ['command'] },
    ],
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
      ...(method === 'get' || method === 'delete'
        ? {}
        : { body: { content: { 'application/json': { schema: anyJson, example: BODY } } } }),
    },
    responses: {
      default: {
        description: "NetBackup's response, with its links rewritten to this endpoint.",
        content: { 'application/json': { schema: anyJson, example: ANSWER } },
      },
      ...errorResponses(errorsOf(method), FORMAT),
    },
  }),
);
