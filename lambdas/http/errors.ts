/** Every error of the API, and how the OpenAPI document shows it. */
import { z } from '@hono/zod-openapi';
import { groupBy } from '../platform/collections.ts';
import { HttpProblem } from '../platform/errors.ts';
import { problemBody, TITLES } from './problem-details.ts';

/** By status and code, with a detail that it may have. Codes are stable, details are not. */
export const ERRORS = {
  '400 request-not-valid': 'limit: must be a whole number from 1 to 100',
  '400 request-not-readable': 'Malformed JSON in request body',
  '400 cursor-not-valid': 'The cursor does not belong to this list. Start again without a cursor.',
  '400 too-many-groups':
    'A list covers at most 250 groups. Narrow it down with label=KEY=VALUE, or use a key for fewer groups.',
  '400 too-many-problems':
    'The next 1000 problems contain none that this key may see. List them by group: GET /v1/groups/{groupId}/problems.',
  '400 uri-not-allowed': 'The uri must begin with /netbackup/.',
  '400 header-not-allowed': 'The header accept is given twice.',
  '400 api-key-not-forwarded': 'An API key of this endpoint must not be sent to NetBackup.',
  '400 access-token-not-forwarded': 'An access token for this endpoint must not be sent to NetBackup.',
  '400 until-not-valid': 'until must be in the future, and within 400 days.',
  '401 api-key-missing-or-invalid': 'Send a valid API key in the x-api-key header.',
  '401 access-token-not-valid': 'The access token is not valid. It has expired.',
  '401 session-ended': 'The session has ended. Sign in again.',
  '403 no-role': 'The access token has no role that may use this API.',
  '403 address-not-allowed': 'This key may not be used from 203.0.113.7.',
  '403 not-from-console':
    'With a session, only the console may send this request: it has the header x-nbwss-console: 1.',
  '403 scope-missing': 'This key lacks the scope "admin".',
  '403 all-groups-needed': 'This key is limited to groups: GET /v1/groups/{groupId}/audit.',
  '403 group-needed':
    'This key is limited: name one of its groups as groupId, or all of its labels as labels.',
  '403 labels-not-allowed': 'Only a key for all groups may set the labels of a group.',
  '403 group-not-allowed': 'This key may not create the group "berlin".',
  '403 grant-not-allowed':
    'This key may not create that one. It may only grant access to the groups that it may see itself.',
  '403 path-not-allowed':
    "The group's NetBackup API key is not used for this path: see injectPaths in the configuration.",
  '404 group-not-found': 'The group "berlin" does not exist, or this key may not see it.',
  '404 problem-not-found':
    'The problem "berlin~1vJ0mZkO9Jq0VhVxQ6Yk4w~no-good-backup" does not exist, or this key may not see it.',
  '404 mute-not-found': 'There is no rule "4hmqx8p2c7t9bz8k" that this key may delete.',
  '404 endpoint-not-found': 'The group has no endpoint "4hmqx8p2c7t9bz8k".',
  '404 invitation-not-found': 'There is no such invitation.',
  '404 job-not-found': 'The group has no job 4711.',
  '404 image-not-found': 'The group has no image "files01.acme.example_1795651200".',
  '404 not-quarantined': 'The group has no quarantined notification "9b1f0c52d7a84e6f8a3c5d1e7f20b964".',
  '404 key-not-found': 'The key hfwdksnpfdqxnacm does not exist, or this key may not see it.',
  '404 sign-in-not-offered': 'This deployment has no client at an identity provider: see oidc.clientId.',
  '404 session-not-found': 'There is no session 3f0c9a7b51d2e846hfwdksnpfdqxnacm that you may end.',
  '404 command-not-found': 'The group has no command "4F1D3C0A-8F3E-4C51-9D43-0A5F6F2B7C11".',
  '404 no-netbackup-credential': 'The group berlin has no NetBackup API key.',
  '409 problem-recovered': 'The problem has recovered.',
  '409 too-many-mutes': 'There are 100 rules already. Delete one of them.',
  '409 group-reserved': 'The id "nbwss-canary" is reserved for the canary.',
  '409 group-being-deleted':
    'The data of the deleted group "berlin" is still being removed. Try again later.',
  '409 group-exists': 'The group "berlin" exists already.',
  '409 group-not-empty':
    'Deleting this group would remove all notifications, all jobs. To confirm, use ?force=true.',
  '409 endpoint-exists': 'The group has an endpoint on this host.',
  '409 no-netbackup-credential':
    'The group berlin has no NetBackup API key: PUT /v1/groups/berlin/netbackup-credential.',
  '409 not-connected': 'The group has no connection.',
  '409 still-not-interpreted': 'It still cannot be interpreted: unknown-object.',
  '409 still-not-stored': 'It can be interpreted, but DynamoDB still refuses it.',
  '409 own-key': 'A key cannot revoke itself. Create another one, and revoke this one with it.',
  '409 command-not-queued': 'Only queued commands can be cancelled.',
  '410 invitation-ended': 'This invitation has expired or was used. Request a new one.',
  '413 command-too-large':
    'The COMMAND would be 140000 bytes; the WebSocket gateway carries at most 131072 in one message. Send a smaller body.',
  '415 request-not-readable': 'Unsupported Media Type',
  '422 gateway-not-deployed': 'This deployment has no gateway relay. It has: api-gateway.',
  '422 idempotency-key-reused':
    'This Idempotency-Key was used for another request: the command 4F1D3C0A-8F3E-4C51-9D43-0A5F6F2B7C11.',
  '429 invitation-read-too-often': 'This invitation was read too often. Wait a minute.',
  '429 too-many-commands': 'The limit of queued commands of this group (100) is reached.',
  '429 too-many-waiting':
    'The limit of waiting requests of this group (20) is reached; nothing was sent. Try again, or raise maxWaitingRequestsPerGroup.',
  '500 internal-error': 'An internal error occurred.',
  '502 answer-too-large':
    'The list is larger than the 5242880 bytes that can be returned in one response; request pages (page[limit]) or use a filter.',
  '503 identity-provider-unavailable':
    'The access token cannot be checked, because the keys of the identity provider cannot be read.',
  '503 not-connected': 'The NetBackup domain of the group berlin is not connected.',
} as const;
export type ErrorName = keyof typeof ERRORS;

/** Errors that only callers of NetBackup's API get, beside some of the others. */
export const PROXY_ERRORS = {
  '303 answer-elsewhere':
    'The response has 20000000 bytes, which is more than one answer can carry. Read it at Location until 2026-11-26T07:15:00.000Z, without any header of this request.',
  '400 page-limit-too-large': 'A list with cursors has at most 100 items in a page: page[limit] is 500.',
  '409 command-cancelled': 'The command was cancelled while it was queued.',
  '415 body-not-supported':
    'A compressed body cannot be sent to NetBackup; send it without Content-Encoding.',
  '502 answer-not-usable': 'NetBackup sent no usable status.',
  '502 command-failed': 'the gateway refused the message.',
  '502 command-lost': 'The command may have run: the connection was lost before a response came.',
  '504 no-answer': 'NetBackup did not respond: no response within 29 seconds.',
  '504 no-answer-yet': 'NetBackup has not responded yet; the command continues.',
} as const;
export type ProxyErrorName = ErrorName | keyof typeof PROXY_ERRORS;

const DETAILS: Readonly<Record<ProxyErrorName, string>> = { ...ERRORS, ...PROXY_ERRORS };

/** The name of the error's example among the components of the document, which must not contain a space. */
const componentOf = (name: ProxyErrorName): string => name.replace(' ', '.');

/** With its detail, where that is always the same. */
export const problemOf = (name: ProxyErrorName, headers?: Record<string, string>): HttpProblem => {
  const [status, code = ''] = name.split(' ');
  return new HttpProblem(Number(status), code, DETAILS[name], headers);
};

export const problemSchema = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    code: z.string(),
    trackingId: z.string(),
  })
  .openapi('ProblemDetails');

/** A schema of errors, and the form of an error in it. */
export interface ErrorFormat {
  readonly schema: typeof problemSchema;
  /** Precedes the names of its examples. */
  readonly prefix: string;
  readonly moreOf: (problem: HttpProblem) => object;
}

const PROBLEM_DETAILS: ErrorFormat = { schema: problemSchema, prefix: '', moreOf: () => ({}) };

/** The examples for the components of the document. */
export const errorExamples = (
  { prefix, moreOf } = PROBLEM_DETAILS,
  names: readonly ProxyErrorName[] = Object.keys(ERRORS) as ErrorName[],
) =>
  names.map((name) => {
    const problem = problemOf(name);
    const trackingId = '7d0a9b52-6a55-4b0e-9a3c-1f2e3d4c5b6a';
    return [
      `${prefix}${componentOf(name)}`,
      { value: { ...problemBody(problem), trackingId, ...moreOf(problem) } },
    ] as const;
  });

/** The responses of an operation with these errors. */
export const errorResponses = (names: readonly ProxyErrorName[], { schema, prefix } = PROBLEM_DETAILS) =>
  Object.fromEntries(
    [...groupBy(names, (name) => name.slice(0, 3))].map(([status, ofStatus]) => {
      const codes = ofStatus.map((name) => name.slice(4));
      const examples = Object.fromEntries(
        ofStatus.map((name) => [
          name.slice(4),
          { $ref: `#/components/examples/${prefix}${componentOf(name)}` },
        ]),
      );
      return [
        status,
        {
          description: `${TITLES[Number(status)] ?? 'Error'}: ${codes.map((code) => `\`${code}\``).join(', ')}`,
          content: { 'application/problem+json': { schema, examples } },
        },
      ];
    }),
  );
