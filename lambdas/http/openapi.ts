import type { OpenAPIHono } from '@hono/zod-openapi';
import type { Env } from './app.ts';
import { COMMAND_OPERATIONS } from './commands/command-operations.ts';
import { TAGS } from './operation.ts';

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
  for (const operation of COMMAND_OPERATIONS) app.openAPIRegistry.registerPath(operation);
  app.doc31(path, {
    openapi: '3.1.0',
    info: {
      title: 'nbwss-endpoint',
      version: '1',
      description: 'Jobs and images of NetBackup domains, and their REST API, over HTTPS.',
      license: { name: 'Apache-2.0', url: 'https://www.apache.org/licenses/LICENSE-2.0' },
    },
    servers: [{ url: apiUrl }],
    security: [{ apiKey: [] }, { accessToken: [] }],
    tags: Object.entries(TAGS).map(([name, description]) => ({ name, description })),
  });
};
