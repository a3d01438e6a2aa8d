/**
 * What may be under way together on one connection. An answer that is too large closes it, and with it goes whatever else
 * waits for an answer. A call that may be sent again does not mind; one that may not must not be under way beside an
 * answer of unknown size that somebody else asked for. Pure.
 */
import { type Command, mayRepeat } from './command.ts';

/**
 * - `safe`: may be sent again, and is not known to be a danger to others.
 * - `probe`: a page of a list that nobody has measured; a smaller one could be asked for.
 * - `single`: an answer of unknown size that cannot be asked for in parts.
 * - `unsafe`: must not be sent twice.
 */
export type Lane = 'safe' | 'probe' | 'single' | 'unsafe';

type LaneFacts = Pick<Command, 'method' | 'retry' | 'expectedBytes' | 'page' | 'isProxied'>;

export const laneOf = (command: LaneFacts): Lane => {
  const { method, expectedBytes, page = 1, isProxied } = command;
  if (!mayRepeat(command)) return 'unsafe';
  // Commands go out in the order in which they were asked for. The answer to a HEAD has no body.
  if (!isProxied || method !== 'GET' || expectedBytes !== undefined) return 'safe';
  return page > 1 ? 'probe' : 'single';
};

/** Which lanes exclude each other. In the order of the index of open commands (their names' order) each range is unbroken. */
const EXCLUDED: Readonly<Record<Lane, readonly [first: Lane, last: Lane] | undefined>> = {
  safe: undefined,
  probe: ['unsafe', 'unsafe'],
  single: ['unsafe', 'unsafe'],
  unsafe: ['probe', 'single'],
};

/** The lanes that may not be under way together with this one, as a range of their names; undefined when all may. */
export const excludedBy = (lane: Lane): readonly [first: Lane, last: Lane] | undefined => EXCLUDED[lane];

/** How long a call under way holds back what it excludes. One that takes longer is slow, and nobody shall wait for it. */
const HOLD_MS = 5_000;

/** Whether a call that is under way since `sentAt` holds others back. Epoch ms. */
export const holdsBack = ({ sentAt }: { readonly sentAt: number }, now: number): boolean =>
  now < sentAt + HOLD_MS;
