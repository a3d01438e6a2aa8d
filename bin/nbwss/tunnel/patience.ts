/** Which refusals pass by themselves, and when to look again. Pure. */
import { type Answer, isNetBackups, problemCode, retryAfterOf } from './answer.ts';

/** NetBackup dials again within a minute (PRP-7). */
export const RIDE_OUT_MS = 90_000;
/** How long a call that is refused for want of a place tries again. */
export const CROWDED_MS = 120_000;
const LONGEST_LOOK_MS = 10_000;
const SHORTEST_LOOK_MS = 1_000;

/** Nothing but reading may be done twice. */
export const mayRepeat = (method: string): boolean => method === 'GET' || method === 'HEAD';

/**
 * All places for waiting are taken, or the gateway in front had too much to do: nothing was sent. NetBackup's own 429, to
 * too many logins, is its client's business.
 */
export const isCrowded = (answer: Answer): boolean =>
  answer.status === 429 && !isNetBackups(answer) && problemCode(answer) !== 'too-many-commands';

/** The gateway's own word that its function did not answer. */
export const isOverloaded = (answer: Answer): boolean =>
  [502, 503, 504].includes(answer.status) && !isNetBackups(answer) && problemCode(answer) === undefined;

const PASSING = [
  'api-connection-lost',
  'api-not-reachable',
  'command-lost',
  'not-connected',
  'too-many-commands',
];

/** Whether the same may be answered otherwise soon. */
export const passes = (answer: Answer): boolean =>
  PASSING.includes(problemCode(answer) ?? '') || isOverloaded(answer);

/**
 * How long until the next look. The API names the longest that it can take; NetBackup may be back any time before, so the
 * tunnel looks six times as often.
 */
export const nextLook = (answer: Answer, looks: number, now: number): number => {
  const asked = retryAfterOf(answer, now);
  const wanted = asked === undefined ? SHORTEST_LOOK_MS * 2 ** Math.min(looks, 10) : asked / 6;
  return Math.min(Math.max(wanted, SHORTEST_LOOK_MS), LONGEST_LOOK_MS);
};
