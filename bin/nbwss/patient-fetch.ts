import { setTimeout } from 'node:timers/promises';

/** In a new account a route admits two requests a second. */
const PAUSE_MS = 500;
const TRIES = 20;

/** Whether API Gateway itself refused the request: no function was called. The API's own 429 is problem+json. */
const isThrottledByGateway = (response: Response): boolean =>
  response.status === 429 && response.headers.get('content-type') === 'application/json';

/** Repeats a request that the stage has throttled, for ten seconds. @throws TypeError as `fetch` does */
export const fetchPatiently = async (
  url: string,
  init: RequestInit,
  pauseMs = PAUSE_MS,
): Promise<Response> => {
  for (let tries = 1; ; tries += 1) {
    const response = await fetch(url, init);
    if (!isThrottledByGateway(response) || tries === TRIES) return response;
    await response.body?.cancel();
    await setTimeout(pauseMs);
  }
};
