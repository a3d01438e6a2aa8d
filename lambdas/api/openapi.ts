import type { OpenAPIHono } from '@hono/zod-openapi';
import type { Env } from './app.ts';

/** Serves the OpenAPI 3.1 document of an app, made from the schemas that validate its requests. */
export const openApiRoute = (app: OpenAPIHono<Env>, path: string, apiUrl: string): void => {
  app.openAPIRegistry.registerComponent('securitySchemes', 'apiKey', {
    type: 'apiKey',
    in: 'header',
    name: 'x-api-key',
  });
  app.doc31(path, {
    openapi: '3.1.0',
    info: { title: 'nbwss-endpoint', version: '1' },
    servers: [{ url: apiUrl }],
    security: [{ apiKey: [] }],
  });
};
