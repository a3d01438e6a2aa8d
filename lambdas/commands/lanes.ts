/**
 * Which commands may be under way at the same time on one connection. A response that is too large closes the connection, and
 * the other commands under way lose their responses. A command that may run twice is sent again; one that must not is
 * therefore kept apart from proxied calls whose response size is unknown. Pure.
 */
import { type Command, mayRepeat } from './command.ts';

/**
 * - `safe`: may run twice, and its response is expected to fit, or it was not requested through the proxy.
 * - `probe`: a page of a list whose items were not measured yet; a smaller page could be requested.
 * - `single`: a response of unknown size that has no pages.
 * - `unsafe`: must not run twice.
 */
export type Lane = 'safe' | 'probe' | 'single' | 'unsafe';

type LaneFacts = Pick<Command, 'method' | 'retry' | 'expectedBytes' | 'page' | 'isProxied'>;

export const laneOf = (command: LaneFacts): Lane => {
  const { method, expectedBytes, page = 1, isProxied } = command;
  if (!mayRepeat(command)) return 'unsafe';
  // Commands of the commands API keep their order. The response to a HEAD has no body.
  if (!isProxied || method !== 'GET' || expectedBytes !== undefined) return 'safe';
  return page > 1 ? 'probe' : 'single';
};

/** Which lanes exclude each other. In the index of open commands, which is ordered by name, each range is contiguous. */
const EXCLUDED: Readonly<Record<Lane, readonly [first: Lane, last: Lane] | undefined>> = {
  safe: undefined,
  probe: ['unsafe', 'unsafe'],
  single: ['unsafe', 'unsafe'],
  unsafe: ['probe', 'single'],
};

/** The lanes that must not be under way together with this one, as a range of names; undefined when there are none. */
export const excludedBy = (lane: Lane): readonly [first: Lane, last: Lane] | undefined => EXCLUDED[lane];

/** How long a command under way defers the commands that it excludes: they do not wait for a slow one. */
export const MAX_DEFER_MS = 5_000;

/** Whether a command under way since `sentAt` (epoch ms) still defers the commands that it excludes. */
export const stillExcludes = ({ sentAt }: { readonly sentAt: number }, now: number): boolean =>
  now < sentAt + MAX_DEFER_MS;
