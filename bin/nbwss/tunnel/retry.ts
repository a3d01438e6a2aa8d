/** Which calls are retried, and when. Pure. */
import { type Answer, isFromNetBackup, problemCode } from './answer.ts';

/** How long calls are retried while a domain is disconnected. NetBackup reconnects within a minute (PRP-7). */
export const DISCONNECTED_MS = 90_000;
/** How long a throttled call is retried. */
export const THROTTLED_MS = 120_000;
const MAX_PAUSE_MS = 10_000;
const MIN_PAUSE_MS = 1_000;

/** Only reads may run twice. */
export const isRepeatable = (method: string): boolean => method === 'GET' || method === 'HEAD';

/** Retry-After in ms, whether it gives seconds or a date. */
export const retryAfterOf = ({ headers }: Answer, now: number): number | undefined => {
  const text = headers['retry-after'];
  if (text === undefined) return undefined;
  if (/^\d{1,6}$/.test(text)) return Number(text) * 1000;
  const date = Date.parse(text);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
};

/**
 * The deployment or API Gateway throttled the request, and NetBackup has received nothing. NetBackup's own 429 (too many
 * logins) is for the client.
 */
export const isThrottled = (answer: Answer): boolean =>
  answer.status === 429 && !isFromNetBackup(answer) && problemCode(answer) !== 'too-many-commands';

/** API Gateway answered because the function did not. */
export const isOverloaded = (answer: Answer): boolean =>
  [502, 503, 504].includes(answer.status) && !isFromNetBackup(answer) && problemCode(answer) === undefined;

const TRANSIENT = [
  'api-connection-lost',
  'api-not-reachable',
  'command-lost',
  'not-connected',
  'too-many-commands',
];

/** Whether a retry may succeed soon. */
export const isTransient = (answer: Answer): boolean =>
  TRANSIENT.includes(problemCode(answer) ?? '') || isOverloaded(answer);

/**
 * The pause before the next attempt. Retry-After is the longest time that a reconnect takes, so the tunnel retries six times
 * as often.
 */
export const retryPause = (answer: Answer, tries: number, now: number): number => {
  const asked = retryAfterOf(answer, now);
  const wanted = asked === undefined ? MIN_PAUSE_MS * 2 ** Math.min(tries, 10) : asked / 6;
  return Math.min(Math.max(wanted, MIN_PAUSE_MS), MAX_PAUSE_MS);
};
