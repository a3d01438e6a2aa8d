/** The client of the HTTP API for the operator's commands. */
import { printable } from '../../netbackup/terminal.ts';
import { type ApiOptions, accountOf } from './account.ts';
import { fetchPatiently } from './patient-fetch.ts';

export interface ApiClient {
  /** Returns the response body, if there is one. @throws Refusal with the problem's detail */
  call<T>(method: string, path: string, body?: unknown): Promise<T>;
}

/** An error response of the API. */
export class Refusal extends Error {
  /** Of the HTTP response. */
  readonly status: number;
  readonly code: string | undefined;

  constructor(message: string, status: number, code?: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

/** @throws Error that names the server when it cannot be reached */
export const fetched = async (url: string, init: RequestInit): Promise<Response> => {
  try {
    return await fetchPatiently(url, init);
  } catch (error) {
    const { cause, message } = error as Error & { cause?: NodeJS.ErrnoException };
    throw new Error(`${new URL(url).origin} cannot be reached: ${cause?.message || cause?.code || message}`);
  }
};

const parsed = (url: string, text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    throw new Error(`The server at ${url} is not this API: ${printable(text.slice(0, 200))}`);
  }
};

/** Converts a problem+json response to an error. */
export const refusal = (status: number, text: string): Refusal => {
  try {
    const { detail, code, trackingId } = JSON.parse(text) as Record<string, string | undefined>;
    if (detail) {
      const where = trackingId ? `${status}, ${trackingId}` : `${status}`;
      return new Refusal(printable(`${detail} (${where})`), status, code);
    }
  } catch {
    // Not problem+json.
  }
  return new Refusal(`The API answered ${status}: ${printable(text.slice(0, 200))}`, status);
};

/** @param signal ends the calls */
export const apiClient = async (options: ApiOptions, signal?: AbortSignal): Promise<ApiClient> => {
  const { url, key } = await accountOf(options, 'admin');
  return {
    async call<T>(method: string, path: string, body?: unknown): Promise<T> {
      const response = await fetched(`${url}${path}`, {
        method,
        ...(signal === undefined ? {} : { signal }),
        headers: {
          'x-api-key': key,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const text = await response.text();
      if (!response.ok) throw refusal(response.status, text);
      return (text === '' ? undefined : parsed(url, text)) as T;
    },
  };
};

export const segment = encodeURIComponent;

/** Whether the next try may succeed: the API cannot be reached, is throttled, or has failed itself. */
export const mayPass = (error: unknown): boolean =>
  !(error instanceof Refusal) || error.status === 429 || error.status >= 500;
