import type { RouteConfig } from '@hono/zod-openapi';
import { type ErrorName, errorResponses } from './errors.ts';
import type { Scope } from './rights.ts';

/** The parts of the API, in the order of its documentation. */
export const TAGS = {
  Groups: 'A group is a NetBackup domain: its connection and its settings.',
  Endpoints: 'Endpoint details, tokens and invitations, with which NetBackup connects.',
  Problems: 'What is wrong, since when, and whether it is acknowledged or muted.',
  Summary: 'Summaries and histories, such as for a check each morning.',
  Jobs: "Jobs as NetBackup's notifications report them.",
  Images: "Backup images as NetBackup's notifications report them.",
  Notifications: 'The notifications themselves, and those that cannot be interpreted.',
  Commands: "Calls of NetBackup's REST API that wait until the domain is connected.",
  'NetBackup API': "NetBackup's REST API over HTTPS, as if the primary server could be reached.",
  Keys: 'Who may use this API, and who changed what.',
  Sessions: 'Who is signed in to the console.',
} as const;

/** A route that the OpenAPI document describes. Clients are generated from it: an `operationId` is as stable as a path. */
export type Operation = RouteConfig & {
  readonly operationId: string;
  readonly summary: string;
  readonly tags: readonly [keyof typeof TAGS];
  /** The operation's own errors, beside those that {@link usualErrors} finds. */
  readonly errors: readonly ErrorName[];
};

const hasCursor = (schema: unknown): boolean =>
  typeof schema === 'object' &&
  schema !== null &&
  'shape' in schema &&
  'cursor' in (schema.shape as Record<string, unknown>);

/** The errors that follow from the inputs of an operation. Every operation with an API key has an input that is validated. */
export const usualErrors = ({
  path,
  request = {},
}: Pick<RouteConfig, 'path' | 'request'>): readonly ErrorName[] => {
  const content = request.body?.content['application/json'];
  const body = content && 'schema' in content ? content.schema : undefined;
  return [
    '400 request-not-valid',
    ...(body ? (['400 request-not-readable'] as const) : []),
    ...(hasCursor(request.query) || hasCursor(body) ? (['400 cursor-not-valid'] as const) : []),
    '401 api-key-missing-or-invalid',
    '401 access-token-not-valid',
    '401 session-ended',
    '403 no-role',
    '403 address-not-allowed',
    '403 not-from-console',
    '403 scope-missing',
    ...(path.includes('{groupId}') ? (['404 group-not-found'] as const) : []),
    // For a body without `content-type: application/json`.
    ...(body ? (['415 request-not-readable'] as const) : []),
    '500 internal-error',
    '503 identity-provider-unavailable',
  ];
};

/** An operation as the document shows it. `scope`: the scope that its key needs. */
export const described = (scope: Scope, { errors, ...config }: Operation): RouteConfig => ({
  ...config,
  security: [{ apiKey: [scope] }, { accessToken: [scope] }, { session: [scope] }],
  responses: { ...errorResponses([...usualErrors(config), ...errors]), ...config.responses },
});
