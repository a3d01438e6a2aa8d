import type { ServerResponse } from 'node:http';
import { omitUndefined } from '../../gateway/omit-undefined.ts';

/** The errors of `@connections` by status, with the names by which the SDK's client knows them. */
const ERRORS: Readonly<Record<number, readonly [type: string, message: string]>> = {
  400: ['BadRequestException', 'Bad Request'],
  403: ['ForbiddenException', 'Forbidden'],
  404: ['NotFoundException', 'Not Found'],
  405: ['MethodNotAllowedException', 'Method Not Allowed'],
  410: ['GoneException', 'The connection does not exist.'],
  413: ['PayloadTooLargeException', 'The message is too large.'],
  429: [
    'LimitExceededException',
    'The client reads too slowly, or there are too many messages at the same time.',
  ],
  504: ['GatewayTimeoutException', 'The task of the connection did not answer.'],
};

/** Answers with JSON: `body`, or the error of the status. */
export function answer(response: ServerResponse, status: number, body?: unknown): void {
  const [type, message] = ERRORS[status] ?? [];
  const content = body ?? (type === undefined ? undefined : { __type: type, message });
  const text = content === undefined ? '' : JSON.stringify(content);
  response.writeHead(status, {
    ...(text === '' ? {} : { 'content-type': 'application/json' }),
    // A response with status 204 has no length (RFC 9110, 8.6).
    ...(status === 204 ? {} : { 'content-length': Buffer.byteLength(text) }),
    ...omitUndefined({ 'x-amzn-errortype': type }),
  });
  response.end(text);
}
