/** The client of the HTTP API, whose types come from its OpenAPI document. */
import createClient, { type Client } from 'openapi-fetch';
import type { Paths } from '../../../client/paths.ts';
import type { Account } from '../account.ts';
import { fetched, refusal } from '../api-client.ts';

export type TypedClient = Client<Paths, 'application/json'>;

/** For all tries of one call. A response can take 30 s. */
const TIMEOUT_MS = 60_000;

/** The body as text, so that the request can be repeated. */
const send = async (request: Request): Promise<Response> => {
  const { url, method, headers } = request;
  const body = await request.text();
  const signal = AbortSignal.any([request.signal, AbortSignal.timeout(TIMEOUT_MS)]);
  return fetched(url, { method, headers, signal, ...(body === '' ? {} : { body }) });
};

/** Calls that are refused for the moment are repeated. */
export const typedClient = ({ url, key }: Account): TypedClient =>
  createClient<Paths, 'application/json'>({ baseUrl: url, headers: { 'x-api-key': key }, fetch: send });

interface Reply {
  readonly data?: unknown;
  readonly error?: unknown;
  readonly response: Response;
}
type Data<R extends Reply> = Exclude<R['data'], undefined>;

/** What a call returned. @throws Refusal in one sentence, with the tracking id and the code */
export const answerOf = async <R extends Reply>(call: Promise<R>): Promise<Data<R>> => {
  const { data, error, response } = await call.catch((thrown: unknown) => {
    throw thrown instanceof SyntaxError
      ? new Error('What answered is not this API: it sent no JSON.')
      : thrown;
  });
  if (response.ok) return data as Data<R>;
  throw refusal(response.status, typeof error === 'string' ? error : JSON.stringify(error));
};

/** The same, but undefined for a problem with this code. */
export const answerUnless = async <R extends Reply>(
  code: string,
  call: Promise<R>,
): Promise<Data<R> | undefined> => {
  const reply = await call;
  const problem = reply.error as { readonly code?: string } | undefined;
  return problem?.code === code ? undefined : answerOf(Promise.resolve(reply));
};
