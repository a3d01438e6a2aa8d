/** Answers to clients of the tunnel. Pure. */
import { problemBody, problemHeaders } from '../../../lambdas/http/problem-details.ts';
import type { HttpProblem } from '../../../lambdas/platform/errors.ts';
import { omitUndefined } from '../../../lambdas/platform/omit-undefined.ts';
import { readLinks } from '../../../lambdas/proxy/links/links.ts';
import { type ProxyResponse, toNetBackupError } from '../../../lambdas/proxy/response.ts';
import type { Source } from './location.ts';

/** A complete answer. The tunnel does not use chunks, so the length is always known. */
export interface Answer {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  /** Where the body is, instead of `body`, which is empty. */
  readonly source?: Source | undefined;
}

/** Bytes of the body. */
export const lengthOf = ({ body, source }: Answer): number => source?.bytes ?? body.length;

export const fromProxy = ({ statusCode, headers, body = '' }: ProxyResponse): Answer => ({
  status: statusCode,
  headers,
  body: Buffer.from(body),
});

/** A problem as the proxy sends it, but without a trackingId, because no log contains it. */
export const problemAnswer = (problem: HttpProblem): Answer => ({
  status: problem.status,
  headers: problemHeaders(problem),
  body: Buffer.from(JSON.stringify({ ...problemBody(problem), ...toNetBackupError(problem) })),
});

/** The body as JSON; undefined if it is not JSON. */
export const jsonOf = ({ body }: Answer): unknown => {
  try {
    return JSON.parse(body.toString());
  } catch {
    return undefined;
  }
};

/** The problem code of the API or the tunnel. Undefined for answers of NetBackup or API Gateway. */
export const problemCode = (answer: Answer): string | undefined => {
  if (!/^application\/problem\+json\b/i.test(answer.headers['content-type'] ?? '')) return undefined;
  const { code } = (jsonOf(answer) ?? {}) as { code?: unknown };
  return typeof code === 'string' ? code : undefined;
};

/** Whether NetBackup answered: then the proxy adds the command id. */
export const isFromNetBackup = ({ headers }: Answer): boolean => headers['x-nbwss-command-id'] !== undefined;

export interface Bases {
  /** The API's base URLs: `https://api.example.com/v1/groups/demo`, one for each of its host names. */
  readonly api: readonly string[];
  /** The tunnel's base URL: `https://127.0.0.1:1556`. */
  readonly tunnel: string;
}

/** Rewrites a link to the proxy to the tunnel; other links stay. */
const tunnelLink = (href: string, { api, tunnel }: Bases): string => {
  for (const base of api) {
    const rest = href.startsWith(base) ? href.slice(base.length) : '';
    if (/^\/netbackup(?=[/?#]|$)/.test(rest)) return `${tunnel}${rest}`;
  }
  return href;
};

/** Rewrites the links of a JSON body to the tunnel. All other bytes stay. */
export const withTunnelLinks = (body: string, bases: Bases): string =>
  readLinks(body).withLinks((href) => tunnelLink(href, bases));

/** Rewrites the answer's links and `Location` to the tunnel. */
export const answerThroughTunnel = (answer: Answer, bases: Bases): Answer => {
  const { headers, body } = answer;
  const { location } = headers;
  // Without a Content-Type the body may be JSON.
  const mayBeJson = /\bjson\b/i.test(headers['content-type'] ?? 'json');
  return {
    ...answer,
    headers: { ...headers, ...omitUndefined({ location: location && tunnelLink(location, bases) }) },
    body: mayBeJson && body.length > 0 ? Buffer.from(withTunnelLinks(body.toString(), bases)) : body,
  };
};
