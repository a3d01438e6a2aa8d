/** The checks that the sweep makes of a group. */
import { MINUTE_MS } from '../../platform/clock.ts';
import type { Finding, Subject } from '../../problems/finding.ts';
import type { ProblemKind } from '../../problems/kinds.ts';
import type { Group } from '../group.ts';

export interface Found {
  readonly subject: Subject;
  readonly finding: Finding;
}

/** A review of a group; `all` once in 15 minutes, and `quick` every minute while the group is marked or disconnected. */
export type Depth = 'quick' | 'all';

export interface Check {
  readonly kind: ProblemKind;
  /**
   * When a quick review includes the check: always, if the group's own item shows whether anything is wrong; while it is wrong, if one
   * read shows it; never, if it takes more reads.
   */
  readonly quick: 'always' | 'while-wrong' | 'never';
  /** What is wrong now. Undefined when it cannot be decided now: the earlier findings remain. */
  find(group: Group): Promise<readonly Found[] | undefined>;
}

export const isDue = ({ kind, quick }: Check, { wrong = [] }: Group, depth: Depth): boolean =>
  depth === 'all' || quick === 'always' || (quick === 'while-wrong' && wrong.includes(kind));

/** After it has connected, NetBackup sends within minutes what it could not send before. */
const CATCH_UP_MS = 15 * MINUTE_MS;

/** Whether a group's notifications are complete. While they are not, silence has another reason. */
export const isUpToDate = ({ session }: Group, now: number): boolean =>
  session?.ready === true && now - session.since >= CATCH_UP_MS;
