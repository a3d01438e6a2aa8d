/** NetBackup's answer, and our own refusals, as an answer to an HTTP API. Pure. */
import type { CommandAnswer } from '../commands/command.ts';
import { problemBody, problemHeaders } from '../http/app.ts';
import { Problem } from '../platform/errors.ts';
import { type Here, locationHere } from './links/address.ts';
import type { Links } from './links/links.ts';

export interface ProxyAnswer {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** Lambda returns 6 MB at most, and the text is written into JSON on the way. */
const MAX_ANSWER_BYTES = 5 * 1024 * 1024;

/** NetBackup's pages are for programs. Should a browser come here, nothing in them runs in our name. */
const DEFENCES = {
  'x-content-type-options': 'nosniff',
  'content-security-policy': "default-src 'none'; sandbox",
};

/** Where clients take their trust from; open to everybody, as at NetBackup itself. */
export const caCertificateAnswer = (pem: string): ProxyAnswer => ({
  statusCode: 200,
  headers: { 'content-type': 'application/vnd.netbackup+json;version=1.0' },
  body: JSON.stringify({ cacert: [pem], webRootCert: pem }),
});

/** NetBackup's answer, and what was asked. */
interface Answered {
  readonly command: { readonly commandId: string; readonly method: string; readonly uri: string };
  readonly answer: CommandAnswer & { readonly body: string };
}

/** What does not say what it is may be JSON, and links in it must not lead away either. */
export const mayHoldLinks = ({ answer: { headers } }: Pick<Answered, 'answer'>): boolean =>
  /\bjson\b/i.test(headers['content-type'] ?? 'json');

/** @throws Problem 502 */
export const answerOf = (
  { command, answer }: Answered,
  links: Links | undefined,
  here: Here,
): ProxyAnswer => {
  const { location: named, 'content-length': length, ...headers } = answer.headers;
  const { status } = answer;
  const body = links ? links.leadingTo(here) : answer.body;
  if (Buffer.byteLength(body) > MAX_ANSWER_BYTES) {
    const detail = `The answer is larger than the ${MAX_ANSWER_BYTES} bytes that can be returned; ask for less, with page[limit] or a filter.`;
    throw new Problem(502, 'answer-too-large', detail);
  }
  const { location, foreign } = named === undefined ? {} : locationHere(named, command.uri, here);
  const isHead = command.method === 'HEAD';
  const hasBody = !isHead && status !== 204 && status !== 304;
  return {
    statusCode: status,
    headers: {
      ...headers,
      // Of the body that a GET would have had; any other body has its length from the gateway.
      ...(isHead && length !== undefined ? { 'content-length': length } : {}),
      ...(location === undefined ? {} : { location }),
      ...(foreign === undefined ? {} : { 'x-nbwss-foreign-location': foreign }),
      ...DEFENCES,
      'x-nbwss-command-id': command.commandId,
    },
    ...(hasBody ? { body } : {}),
  };
};

/** The members of NetBackup's own errors, so that its clients understand a refusal of ours. */
export const netbackupErrorOf = ({ status, code, message }: Problem) => ({
  errorCode: status,
  errorMessage: message,
  attributeErrors: {},
  errorDetails: [code],
});

export const problemAnswer = (problem: Problem, trackingId: string): ProxyAnswer => ({
  statusCode: problem.status,
  headers: problemHeaders(problem),
  body: JSON.stringify({ ...problemBody(problem), trackingId, ...netbackupErrorOf(problem) }),
});
