import type { Hono } from 'hono';
import { handle, type LambdaEvent } from 'hono/aws-lambda';
import type { Env } from './app.ts';

/**
 * The app as the handler of an HTTP API. API Gateway hands the path over decoded, so it is encoded again, segment by
 * segment, before it becomes a URL: otherwise a `#` or `?` in an id would end the path.
 */
export const httpHandler = (app: Hono<Env>) => {
  const handler = handle(app);
  return (event: LambdaEvent & { rawPath: string }) =>
    handler({ ...event, rawPath: event.rawPath.split('/').map(encodeURIComponent).join('/') });
};
