/** The client of the HTTP API, with the types of its OpenAPI document. */
import createClient from 'openapi-fetch';
import type { Paths, Schemas } from '../../../client/paths.ts';
import { API_URL } from '../urls.ts';
import { ApiFailure, failureOf } from './failure.ts';
import { endSession } from './session-ended.ts';

export type { Paths, Schemas };

/** Longer than the API takes for any response. */
const TIMEOUT_MS = 60_000;

/** Requests by cookie need this header: no other site can send it (CSRF). */
export const CONSOLE_HEADERS = { 'x-nbwss-console': '1' };

export const api = createClient<Paths, 'application/json'>({
  baseUrl: API_URL,
  headers: CONSOLE_HEADERS,
  fetch: (request: Request) =>
    fetch(
      new Request(request, { signal: AbortSignal.any([request.signal, AbortSignal.timeout(TIMEOUT_MS)]) }),
    ),
});

interface Reply {
  readonly data?: unknown;
  readonly error?: unknown;
  readonly response: Response;
}

/** What a call returned. @throws ApiFailure; 401 also ends the session of this page */
export const result = async <R extends Reply>(call: Promise<R>): Promise<Exclude<R['data'], undefined>> => {
  const reply = await call.catch((error: unknown) => {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw new ApiFailure(undefined, 'no-response', error instanceof Error ? error.message : String(error));
  });
  if (reply.response.ok) return reply.data as Exclude<R['data'], undefined>;
  if (reply.response.status === 401) endSession();
  throw failureOf(reply.response.status, reply.error);
};
