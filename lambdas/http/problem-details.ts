/** Errors as the HTTP API writes them. Separate from the routes, which the console's function does not have. */
import type { HttpProblem } from '../platform/errors.ts';

export const TITLES: Readonly<Record<number, string>> = {
  303: 'See Other',
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  409: 'Conflict',
  410: 'Gone',
  413: 'Content Too Large',
  415: 'Unsupported Media Type',
  421: 'Misdirected Request',
  422: 'Unprocessable Content',
  429: 'Too Many Requests',
  500: 'Internal Server Error',
  502: 'Bad Gateway',
  503: 'Service Unavailable',
  504: 'Gateway Timeout',
};

/** RFC 9457, with a stable code. */
export const problemBody = ({ status, code, message }: HttpProblem) => ({
  type: 'about:blank',
  title: TITLES[status] ?? 'Error',
  status,
  detail: message,
  code,
});

export const problemHeaders = ({ headers }: HttpProblem): Record<string, string> => ({
  'content-type': 'application/problem+json',
  ...headers,
});
