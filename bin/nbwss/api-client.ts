/** The client of the HTTP API for the operator's commands. Its types come from the OpenAPI document. */
import createClient, { type Client } from 'openapi-fetch';
import type { Paths } from '../../client/paths.ts';
import { omitUndefined } from '../../lambdas/platform/omit-undefined.ts';
import { printable } from '../../netbackup/terminal.ts';
import { type Account, type ApiOptions, accountOf } from './account.ts';
import { fetchWithRetries } from './fetch-with-retries.ts';

export type ApiClient = Client<Paths, 'application/json'>;

/** An error response of the API. */
class ApiError extends Error {
  /** The status of the HTTP response. */
  readonly status: number;

  constructor(message: string, status: number) {
    super(message);
    this.status = status;
  }
}

/** @throws Error that names the server when it cannot be reached */
export const fetchFromServer = async (url: string, init: RequestInit): Promise<Response> => {
  try {
    return await fetchWithRetries(url, init);
  } catch (error) {
    const { cause, message } = error as Error & { cause?: NodeJS.ErrnoException };
    throw new Error(`${new URL(url).origin} cannot be reached: ${cause?.message || cause?.code || message}`);
  }
};

/** Converts a problem+json response to an error. */
export const apiError = (status: number, text: string): ApiError => {
  try {
    const { detail, trackingId } = JSON.parse(text) as Record<string, string | undefined>;
    if (detail) {
      const where = trackingId ? `${status}, ${trackingId}` : `${status}`;
      return new ApiError(printable(`${detail} (${where})`), status);
    }
  } catch {
    // The body is not problem+json.
  }
  return new ApiError(`The API answered ${status}: ${printable(text.slice(0, 200))}`, status);
};

/** The time limit for all attempts of one call. A response can take 30 s. */
const TIMEOUT_MS = 60_000;

const isOfApi = ({ ok, status, headers }: Response): boolean =>
  !ok || status === 204 || headers.get('content-type')?.startsWith('application/json') === true;

/** The body as text, so that the request can be repeated. */
const send = async (request: Request): Promise<Response> => {
  const { url, method, headers } = request;
  const body = await request.text();
  const signal = AbortSignal.any([request.signal, AbortSignal.timeout(TIMEOUT_MS)]);
  const response = await fetchFromServer(url, { method, headers, signal, ...(body === '' ? {} : { body }) });
  if (isOfApi(response)) return response;
  const start = printable((await response.text()).slice(0, 200));
  throw new Error(`The server at ${new URL(url).origin} is not this API: ${start}`);
};

/** A client that repeats calls which are refused temporarily. @param signal ends the calls */
export const clientOf = ({ url, key }: Account, signal?: AbortSignal): ApiClient =>
  createClient<Paths, 'application/json'>({
    baseUrl: url,
    headers: { 'x-api-key': key },
    fetch: send,
    ...omitUndefined({ signal }),
  });

/** The same, for the deployment that the options select. */
export const apiClient = async (options: ApiOptions, signal?: AbortSignal): Promise<ApiClient> =>
  clientOf(await accountOf(options, 'admin'), signal);

export interface ApiResult<T> {
  readonly data?: T;
  readonly error?: unknown;
  readonly response: Response;
}

/** The result of a call. @throws ApiError in one sentence, with the tracking id */
export const answerOf = async <T>(call: Promise<ApiResult<T>>): Promise<T> => {
  const { data, error, response } = await call;
  if (response.ok) return data as T;
  throw apiError(response.status, typeof error === 'object' ? JSON.stringify(error) : String(error ?? ''));
};

/** The same, but undefined for a problem with this code. */
export const answerUnless = async <T>(code: string, call: Promise<ApiResult<T>>): Promise<T | undefined> => {
  const reply = await call;
  const problem = reply.error as { readonly code?: string } | undefined;
  return problem?.code === code ? undefined : answerOf(Promise.resolve(reply));
};

/** Whether the next attempt may succeed: the API cannot be reached, is throttled, or has failed itself. */
export const isTransient = (error: unknown): boolean =>
  !(error instanceof ApiError) || error.status === 429 || error.status >= 500;
