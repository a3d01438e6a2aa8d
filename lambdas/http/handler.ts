import type { Hono } from 'hono';
import { handle, type LambdaEvent } from 'hono/aws-lambda';
import type { Env } from './app.ts';

/** An image's id may contain slashes, and nothing follows it in a path. */
const IMAGE = /^(\/v1\/groups\/[^/]+\/images)\/(.+)$/s;

const encoded = (path: string): string => path.split('/').map(encodeURIComponent).join('/');

/**
 * The app as the handler of an HTTP API. API Gateway decodes the path, so it is encoded again by segments before it becomes a
 * URL: otherwise a `#` or `?` in an id would end the path.
 */
export const httpHandler = (app: Hono<Env>) => {
  const handler = handle(app);
  return (event: LambdaEvent & { rawPath: string }) => {
    const [, images, backupId] = IMAGE.exec(event.rawPath) ?? [];
    const rawPath =
      images === undefined || backupId === undefined
        ? encoded(event.rawPath)
        : `${encoded(images)}/${encodeURIComponent(backupId)}`;
    return handler({ ...event, rawPath });
  };
};
