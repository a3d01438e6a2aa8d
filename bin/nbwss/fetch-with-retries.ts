import { setTimeout } from 'node:timers/promises';

/** In a new account a route admits two requests a second. */
const PAUSE_MS = 500;
const TRIES = 20;
/** All pauses of one request together. */
const MAX_PAUSE_MS = TRIES * PAUSE_MS;

/** Whether API Gateway itself refused the request: no function was called. The API's own 429 is problem+json. */
const isThrottledByGateway = (response: Response): boolean =>
  response.status === 429 && response.headers.get('content-type') === 'application/json';

/** The pause before a request is repeated, ms; undefined: it is not. After 429 and 503 with `Retry-After` the API has done nothing. */
const pauseAfter = (response: Response): number | undefined => {
  // NetBackup answered: the call has run.
  if (response.headers.has('x-nbwss-command-id')) return undefined;
  if (isThrottledByGateway(response)) return PAUSE_MS;
  if (response.status !== 429 && response.status !== 503) return undefined;
  const after = response.headers.get('retry-after') ?? '';
  return /^\d{1,6}$/.test(after) ? Number(after) * 1000 : undefined;
};

/** Repeats a request that was refused for the moment, for ten seconds at most. @throws TypeError as `fetch` does */
export const fetchWithRetries = async (
  url: string,
  init: RequestInit,
  sleep: (ms: number) => Promise<unknown> = (ms) => setTimeout(ms),
): Promise<Response> => {
  for (let tries = 1, paused = 0; ; tries += 1) {
    const response = await fetch(url, init);
    const pause = pauseAfter(response);
    if (pause === undefined || tries === TRIES || paused + pause > MAX_PAUSE_MS) return response;
    await response.body?.cancel();
    await sleep(pause);
    paused += pause;
  }
};
