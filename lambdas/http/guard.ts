/** What surrounds every HTTP request: which addresses may send it, and the headers of its response. */
import { randomUUID } from 'node:crypto';
import { allowedBy } from '../connections/allowed-addresses.ts';
import { HttpProblem } from '../platform/errors.ts';
import { problemBody, problemHeaders } from './problem-details.ts';
import type { Rejections } from './rejections.ts';

/** The members of payload format 2.0 that are used. */
interface HttpEvent {
  readonly requestContext: { readonly http: { readonly sourceIp: string } };
}
interface HttpResponse {
  readonly statusCode: number;
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  readonly body?: string;
  readonly isBase64Encoded?: boolean;
}

export interface GuardContext {
  /** See `httpAllowedCidrs` in the configuration. */
  readonly allowedCidrs: readonly string[];
  readonly rejections: Rejections;
}

/** Of every response. HSTS has no effect over HTTP, which only a local deployment serves (RFC 6797, 8.1). */
const HEADERS = {
  'strict-transport-security': 'max-age=31536000',
  'x-content-type-options': 'nosniff',
};
/** Unless the response has one: a client of NetBackup's API gets what NetBackup said. */
const CACHE_CONTROL = { 'cache-control': 'no-store' };

const addressRefused = (): HttpResponse => {
  const problem = new HttpProblem(403, 'address-not-allowed', 'This address may not use the API.');
  return {
    statusCode: problem.status,
    headers: problemHeaders(problem),
    body: JSON.stringify({ ...problemBody(problem), trackingId: randomUUID() }),
  };
};

/** Checks the address before anything else, and adds the headers to every response, also of an error. */
export const guarded = <Event>(
  { allowedCidrs, rejections }: GuardContext,
  handle: (event: Event) => Promise<HttpResponse>,
) => {
  const allowed = allowedBy(allowedCidrs);
  return async (event: Event & HttpEvent): Promise<HttpResponse> => {
    const isAllowed = allowed(event.requestContext.http.sourceIp);
    if (!isAllowed) rejections.count('address');
    const response = isAllowed ? await handle(event) : addressRefused();
    rejections.write();
    return { ...response, headers: { ...CACHE_CONTROL, ...response.headers, ...HEADERS } };
  };
};
