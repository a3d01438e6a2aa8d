/** Which answers pass by themselves, and when to try again. Pure. */
import { type Answer, isFromNetBackup, problemCode } from './answer.ts';

/** How long a disconnection is waited for: NetBackup dials again within a minute (PRP-7). */
export const DISCONNECTED_MS = 90_000;
/** How long a call that is refused for want of a place is sent again. */
export const THROTTLED_MS = 120_000;
const LONGEST_PAUSE_MS = 10_000;
const SHORTEST_PAUSE_MS = 1_000;

/** Nothing but reading may be done twice. */
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
 * All places for waiting are taken, or API Gateway had too much to do: nothing was sent. NetBackup's own 429, to too many
 * logins, is its client's business.
 */
export const isThrottled = (answer: Answer): boolean =>
  answer.status === 429 && !isFromNetBackup(answer) && problemCode(answer) !== 'too-many-commands';

/** API Gateway itself says that its function did not answer. */
export const isOverloaded = (answer: Answer): boolean =>
  [502, 503, 504].includes(answer.status) && !isFromNetBackup(answer) && problemCode(answer) === undefined;

const TRANSIENT = [
  'api-connection-lost',
  'api-not-reachable',
  'command-lost',
  'not-connected',
  'too-many-commands',
];

/** Whether the same call may be answered otherwise soon. */
export const isTransient = (answer: Answer): boolean =>
  TRANSIENT.includes(problemCode(answer) ?? '') || isOverloaded(answer);

/**
 * The pause before the next try. The API names the longest that it can take; NetBackup may be back any time before, so the
 * tunnel tries six times as often.
 */
export const retryPause = (answer: Answer, tries: number, now: number): number => {
  const asked = retryAfterOf(answer, now);
  const wanted = asked === undefined ? SHORTEST_PAUSE_MS * 2 ** Math.min(tries, 10) : asked / 6;
  return Math.min(Math.max(wanted, SHORTEST_PAUSE_MS), LONGEST_PAUSE_MS);
};
