/** One attempt to send a webhook. */

/** Why it was not delivered; `code` is the one of EventBridge's dead letters where it has one. */
export interface Failure {
  readonly code: 'ERROR_FROM_TARGET' | 'TIMEOUT' | 'CONNECTION_FAILURE' | 'SECRET' | 'NOT_CONFIGURED';
  /** A sentence without URL, key or body. */
  readonly message: string;
  /** Whether a later attempt may succeed. */
  readonly isTransient: boolean;
}

export type Post = (
  url: URL,
  headers: Readonly<Record<string, string>>,
  body: string,
) => Promise<Failure | undefined>;

/** The time limit that Standard Webhooks recommends: 15 to 30 seconds. */
const TIMEOUT_MS = 15_000;

const HEADERS = { 'content-type': 'application/json; charset=utf-8', 'user-agent': 'nbwss-endpoint' };

/** As EventBridge sends to API destinations: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-api-destinations.html */
const isTemporaryStatus = (status: number): boolean => status === 409 || status === 429 || status >= 500;

const failureOf = (error: unknown, timeoutMs: number): Failure => {
  const { name, cause } = error as Error;
  if (name === 'TimeoutError')
    return { code: 'TIMEOUT', message: `No response within ${timeoutMs / 1000} seconds.`, isTransient: true };
  const { code = name } = (cause ?? {}) as NodeJS.ErrnoException;
  // The name does not exist; EAI_AGAIN means that a name server does not work.
  return {
    code: 'CONNECTION_FAILURE',
    message: `The connection failed: ${code}.`,
    isTransient: code !== 'ENOTFOUND',
  };
};

/** Only an answer with 200 to 299 counts as delivered. A redirect is not followed: it could lead anywhere. */
export const createPost =
  (timeoutMs = TIMEOUT_MS): Post =>
  async (url, headers, body) => {
    try {
      const response = await fetch(url, {
        method: 'POST',
        headers: { ...HEADERS, ...headers },
        body,
        redirect: 'manual',
        signal: AbortSignal.timeout(timeoutMs),
      });
      const { ok, status } = response;
      // The text of the answer is not needed, and may never end.
      await response.body?.cancel().catch(() => {});
      if (ok) return undefined;
      const message = `The receiver answered ${status}.`;
      return { code: 'ERROR_FROM_TARGET', message, isTransient: isTemporaryStatus(status) };
    } catch (error) {
      return failureOf(error, timeoutMs);
    }
  };
