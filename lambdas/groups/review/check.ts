/** What the sweep looks for in a group. */
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
   * When a quick review includes it: always, if the group's own item shows whether anything is wrong; while it is wrong, if one
   * read does; never, if it takes more.
   */
  readonly quick: 'always' | 'while-wrong' | 'never';
  /** Undefined when it cannot be decided now: what was found before remains. */
  find(group: Group): Promise<readonly Found[] | undefined>;
}

export const isDue = ({ kind, quick }: Check, { wrong = [] }: Group, depth: Depth): boolean =>
  depth === 'all' || quick === 'always' || (quick === 'while-wrong' && wrong.includes(kind));

/** NetBackup sends what it could not send before within minutes after it has connected. */
const CATCH_UP_MS = 15 * MINUTE_MS;

/** Whether what a group has reported is what happened there. While it is not, silence has another reason. */
export const isUpToDate = ({ session }: Group, now: number): boolean =>
  session?.ready === true && now - session.since >= CATCH_UP_MS;
