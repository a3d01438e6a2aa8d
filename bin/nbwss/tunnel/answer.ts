/** What a client of the tunnel gets. Pure. */
import { problemBody, problemHeaders } from '../../../lambdas/http/app.ts';
import type { Problem } from '../../../lambdas/platform/errors.ts';
import { readLinks } from '../../../lambdas/proxy/links/links.ts';
import { netbackupErrorOf, type ProxyAnswer } from '../../../lambdas/proxy/response.ts';

/** A whole answer: the tunnel sends none in parts, so its length is always known. */
export interface Answer {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

export const fromProxy = ({ statusCode, headers, body = '' }: ProxyAnswer): Answer => ({
  status: statusCode,
  headers,
  body: Buffer.from(body),
});

/** A refusal as the proxy writes it, but without a trackingId: no log has it. */
export const refusal = (problem: Problem): Answer => ({
  status: problem.status,
  headers: problemHeaders(problem),
  body: Buffer.from(JSON.stringify({ ...problemBody(problem), ...netbackupErrorOf(problem) })),
});

/** The body as JSON; undefined for what is none. */
export const jsonOf = ({ body }: Answer): unknown => {
  try {
    return JSON.parse(body.toString());
  } catch {
    return undefined;
  }
};

/** The code of a refusal of the API or the tunnel. Undefined for what NetBackup or API Gateway itself answered. */
export const problemCode = (answer: Answer): string | undefined => {
  if (!/^application\/problem\+json\b/i.test(answer.headers['content-type'] ?? '')) return undefined;
  const { code } = (jsonOf(answer) ?? {}) as { code?: unknown };
  return typeof code === 'string' ? code : undefined;
};

/** Whether NetBackup said this: the proxy names the command behind each of its answers. */
export const isFromNetBackup = ({ headers }: Answer): boolean => headers['x-nbwss-command-id'] !== undefined;

export interface Bases {
  /** What the API's links begin with: `https://api.example.com/v1/groups/demo`, under each name that it has. */
  readonly api: readonly string[];
  /** What they shall begin with: `https://127.0.0.1:1556`. */
  readonly tunnel: string;
}

/** A link to NetBackup's API through the proxy, led to the tunnel; any other as it is. */
const tunnelLink = (href: string, { api, tunnel }: Bases): string => {
  for (const base of api) {
    const rest = href.startsWith(base) ? href.slice(base.length) : '';
    if (/^\/netbackup(?=[/?#]|$)/.test(rest)) return `${tunnel}${rest}`;
  }
  return href;
};

/** The body with its links led to the tunnel; every other byte, and what is no JSON, as it was. */
export const withTunnelLinks = (body: string, bases: Bases): string =>
  readLinks(body).replacedBy((href) => tunnelLink(href, bases));

/** The answer with its links and its `Location` led to the tunnel. */
export const answerThroughTunnel = (answer: Answer, bases: Bases): Answer => {
  const { headers, body } = answer;
  const { location } = headers;
  // What does not say what it is may be JSON: it came as text, in a JSON string.
  const mayBeJson = /\bjson\b/i.test(headers['content-type'] ?? 'json');
  return {
    ...answer,
    headers: { ...headers, ...(location === undefined ? {} : { location: tunnelLink(location, bases) }) },
    body: mayBeJson ? Buffer.from(withTunnelLinks(body.toString(), bases)) : body,
  };
};
