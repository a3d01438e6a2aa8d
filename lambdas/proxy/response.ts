/** Converts NetBackup's responses and problems to HTTP responses. Pure. */
import type { CompleteResponse } from '../commands/command.ts';
import { fitsAsBody } from '../commands/large/payload.ts';
import { problemBody, problemHeaders } from '../http/problem-details.ts';
import { HttpProblem } from '../platform/errors.ts';
import { omitUndefined } from '../platform/omit-undefined.ts';
import { type ProxyAddress, rewriteLocation } from './links/address.ts';
import type { Links } from './links/links.ts';

export interface ProxyResponse {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** Lambda returns 6 MB at most, with the text escaped in JSON. */
export const MAX_RESPONSE_BYTES = 5 * 1024 * 1024;

/** Whether an answer can carry a body. Rewriting makes links longer. */
export const isCarried = (body: string): boolean =>
  Buffer.byteLength(body) <= MAX_RESPONSE_BYTES && fitsAsBody(body);

/** A browser must not run scripts in NetBackup's responses in the origin of this endpoint. */
const NO_SCRIPTS = { 'content-security-policy': "default-src 'none'; sandbox" };

/** The CA certificate that clients trust; public, as in NetBackup itself. */
export const caCertificateResponse = (pem: string): ProxyResponse => ({
  statusCode: 200,
  headers: { 'content-type': 'application/vnd.netbackup+json;version=1.0' },
  body: JSON.stringify({ cacert: [pem], webRootCert: pem }),
});

/** NetBackup's response and the command that requested it. */
interface CompletedCall {
  readonly command: { readonly commandId: string; readonly method: string; readonly uri: string };
  readonly response: CompleteResponse;
}

/** A body without a content type may be JSON too, so its links are rewritten. */
export const mayContainLinks = ({ response: { headers } }: Pick<CompletedCall, 'response'>): boolean =>
  /\bjson\b/i.test(headers['content-type'] ?? 'json');

/** The body of a response is too large for an answer. */
export class AnswerTooLarge extends HttpProblem {
  constructor(detail: string, headers: Record<string, string> = {}) {
    super(502, 'answer-too-large', detail, headers);
  }
}

/** @throws AnswerTooLarge */
export const toHttpResponse = (
  { command, response }: CompletedCall,
  links: Links | undefined,
  address: ProxyAddress,
): ProxyResponse => {
  const { location: named, 'content-length': length, ...headers } = response.headers;
  const { status } = response;
  const body = links ? links.rewrittenFor(command.uri, address) : response.body;
  if (!isCarried(body)) {
    const detail = `The response is larger than the ${MAX_RESPONSE_BYTES} bytes that can be returned; request less, with page[limit] or a filter.`;
    throw new AnswerTooLarge(detail);
  }
  const { location, foreign } = named === undefined ? {} : rewriteLocation(named, command.uri, address);
  const isHead = command.method === 'HEAD';
  const hasBody = !isHead && status !== 204 && status !== 304;
  return {
    statusCode: status,
    headers: {
      ...headers,
      ...omitUndefined({
        // The length of the body of a GET; for other methods the gateway sets it.
        'content-length': isHead ? length : undefined,
        location,
        'x-nbwss-foreign-location': foreign,
      }),
      ...NO_SCRIPTS,
      'x-nbwss-command-id': command.commandId,
    },
    ...omitUndefined({ body: hasBody ? body : undefined }),
  };
};

/** The members of NetBackup's errors, so that its clients understand problems of this endpoint. */
export const toNetBackupError = ({ status, code, message }: HttpProblem) => ({
  errorCode: status,
  errorMessage: message,
  attributeErrors: {},
  errorDetails: [code],
});

export const toProblemResponse = (problem: HttpProblem, trackingId: string): ProxyResponse => ({
  statusCode: problem.status,
  headers: problemHeaders(problem),
  body: JSON.stringify({ ...problemBody(problem), trackingId, ...toNetBackupError(problem) }),
});
