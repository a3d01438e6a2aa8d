/** What a client of the tunnel gets, and how a refusal of the tunnel's own looks. Pure. */

/** A whole answer: the tunnel sends none in parts, so its length is always known. */
export interface Answer {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

const TITLES: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  409: 'Conflict',
  413: 'Content Too Large',
  415: 'Unsupported Media Type',
  421: 'Misdirected Request',
  502: 'Bad Gateway',
  503: 'Service Unavailable',
  504: 'Gateway Timeout',
};

/** RFC 9457, as the API writes it, and with the members that NetBackup's own errors have: its clients look for those. */
export const problem = (
  status: number,
  code: string,
  detail: string,
  headers: Readonly<Record<string, string>> = {},
): Answer => ({
  status,
  headers: { 'content-type': 'application/problem+json', 'cache-control': 'no-store', ...headers },
  body: Buffer.from(
    JSON.stringify({
      type: 'about:blank',
      title: TITLES[status] ?? 'Error',
      status,
      detail,
      code,
      errorCode: status,
      errorMessage: detail,
      errorDetails: [code],
    }),
  ),
});

/**
 * The code of a refusal, whether the API or the tunnel made it. Undefined for what NetBackup answered, and for what the
 * gateway in front of the API said by itself.
 */
export const problemCode = ({ headers, body }: Answer): string | undefined => {
  if (!/^application\/problem\+json\b/i.test(headers['content-type'] ?? '')) return undefined;
  try {
    const { code } = JSON.parse(body.toString()) as { code?: unknown };
    return typeof code === 'string' ? code : undefined;
  } catch {
    return undefined;
  }
};

/** Whether NetBackup said this: the proxy names the command behind each of its answers. */
export const isNetBackups = ({ headers }: Answer): boolean => headers['x-nbwss-command-id'] !== undefined;

/** Retry-After in ms, whether it gives seconds or a date. */
export const retryAfterOf = ({ headers }: Answer, now: number): number | undefined => {
  const text = headers['retry-after'];
  if (text === undefined) return undefined;
  if (/^\d{1,6}$/.test(text)) return Number(text) * 1000;
  const date = Date.parse(text);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
};
