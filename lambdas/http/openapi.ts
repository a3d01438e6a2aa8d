import type { OpenAPIHono } from '@hono/zod-openapi';
import type { Env } from './app.ts';
import { COMMAND_OPERATIONS } from './commands/command-operations.ts';
import { PROXY_ERROR_EXAMPLES, PROXY_OPERATIONS } from './commands/proxy-operations.ts';
import { errorExamples } from './errors.ts';
import { CREDENTIAL_OPERATIONS } from './groups/credential-operations.ts';
import { TAGS } from './operation.ts';
import { SESSION_COOKIE } from './sessions/session-cookie.ts';

const DESCRIPTION = `Jobs and images of NetBackup domains, and their REST API, over HTTPS.

An operation needs an API key with the scope that its \`security\` names. Errors are \`application/problem+json\` (RFC 9457) with a
stable \`code\`; new codes may be added. API Gateway and Lambda answer by themselves, with \`{"message": "…"}\` as JSON, when the
deployment is throttled (429) or cannot run (500, 503), and when a request is too large (413).`;

/**
 * Serves the OpenAPI 3.1 document, generated from the schemas that validate requests: of this app, and of the commands, which
 * another function serves.
 */
export const openApiRoute = (app: OpenAPIHono<Env>, path: string, apiUrl: string): void => {
  app.openAPIRegistry.registerComponent('securitySchemes', 'apiKey', {
    type: 'apiKey',
    in: 'header',
    name: 'x-api-key',
  });
  app.openAPIRegistry.registerComponent('securitySchemes', 'accessToken', {
    type: 'http',
    scheme: 'bearer',
    bearerFormat: 'JWT',
    description:
      "An access token of the deployment's OpenID Connect provider, where one is configured. For NetBackup's API in X-Authorization: Authorization is NetBackup's.",
  });
  app.openAPIRegistry.registerComponent('securitySchemes', 'session', {
    type: 'apiKey',
    in: 'cookie',
    name: SESSION_COOKIE,
    description: 'Of the console, after POST /v1/session. Changes also need the header `x-nbwss-console: 1`.',
  });
  app.openAPIRegistry.registerComponent('securitySchemes', 'apiKeyAsAuthorization', {
    type: 'apiKey',
    in: 'header',
    name: 'authorization',
    description:
      "For clients that can send only this header: then the group's stored NetBackup API key is used.",
  });
  for (const [name, example] of [...errorExamples(), ...PROXY_ERROR_EXAMPLES])
    app.openAPIRegistry.registerComponent('examples', name, example);
  for (const operation of [...COMMAND_OPERATIONS, ...CREDENTIAL_OPERATIONS, ...PROXY_OPERATIONS])
    app.openAPIRegistry.registerPath(operation);
  app.doc31(path, {
    openapi: '3.1.0',
    info: {
      title: 'nbwss-endpoint',
      version: '1',
      description: DESCRIPTION,
      license: { name: 'Apache-2.0', url: 'https://www.apache.org/licenses/LICENSE-2.0' },
    },
    servers: [{ url: apiUrl }],
    security: [{ apiKey: [] }, { accessToken: [] }, { session: [] }],
    tags: Object.entries(TAGS).map(([name, description]) => ({ name, description })),
  });
};
