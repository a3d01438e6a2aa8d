/** Mute rules: problems that cause no events and reminders for a while, such as in a maintenance window. Pure. */
import { DAY_MS, MINUTE_MS } from '../platform/clock.ts';
import { matchesPattern } from '../platform/pattern.ts';
import type { Subject } from './finding.ts';
import type { ProblemKind } from './kinds.ts';

export const DAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const;
export type Day = (typeof DAYS)[number];

/** A window that recurs every week, in the local time of a time zone. */
export interface Window {
  /** The days on which it begins. */
  readonly days: readonly Day[];
  /** `22:00`; one that does not end later than it begins ends the next day. */
  readonly from: string;
  readonly to: string;
  /** Of the tz database. */
  readonly timeZone: string;
}

export interface MuteRule {
  readonly muteId: string;
  /** Who created it, and why. */
  readonly by: string;
  readonly reason: string;
  /** Epoch ms. */
  readonly createdAt: number;
  readonly from: number;
  readonly until: number;
  /** Absent: the rule applies from `from` to `until`. */
  readonly window?: Window;
  /** Every given member must match. Names are patterns, in any letter case; a `groupId` without `*` must be equal. */
  readonly kinds?: readonly ProblemKind[];
  readonly groupId?: string;
  readonly clientName?: string;
  readonly policyName?: string;
  readonly labels?: Readonly<Record<string, string>>;
}

/** The members of a problem that a rule compares. */
export interface MuteCandidate {
  readonly groupId: string;
  readonly kind: ProblemKind;
  readonly subject: Subject;
  readonly labels: Readonly<Record<string, string>>;
}

const matches = (pattern: string | undefined, text: string | undefined): boolean =>
  pattern === undefined || (text !== undefined && matchesPattern(pattern, text));

/** Ids of groups may differ only in letter case: without `*` it is one id, so that a key for one group mutes no other (I-13). */
const matchesGroup = (pattern: string | undefined, groupId: string): boolean =>
  pattern?.includes('*') ? matchesPattern(pattern, groupId) : pattern === undefined || pattern === groupId;

const appliesTo = (rule: MuteRule, { groupId, kind, subject, labels }: MuteCandidate): boolean =>
  (rule.kinds === undefined || rule.kinds.includes(kind)) &&
  matchesGroup(rule.groupId, groupId) &&
  matches(rule.clientName, subject.clientName) &&
  matches(rule.policyName, subject.policyName) &&
  Object.entries(rule.labels ?? {}).every(([key, value]) => labels[key] === value);

const minutesOf = (time: string): number => {
  const [hours = 0, minutes = 0] = time.split(':').map(Number);
  return hours * 60 + minutes;
};

const formats = new Map<string, Intl.DateTimeFormat>();
const formatOf = (timeZone: string): Intl.DateTimeFormat => {
  const known = formats.get(timeZone);
  const format =
    known ??
    new Intl.DateTimeFormat('en-US', {
      timeZone,
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: '2-digit',
      minute: '2-digit',
      hourCycle: 'h23',
    });
  if (!known) formats.set(timeZone, format);
  return format;
};

/** The local time in a time zone, to the minute: epoch ms as if it were UTC. */
const wallClock = (at: number, timeZone: string): number => {
  const parts = formatOf(timeZone).formatToParts(at);
  const part = (wanted: string) => Number(parts.find(({ type }) => type === wanted)?.value);
  return Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'));
};

/**
 * When clocks first show this local time (epoch ms). A time that a change to summer time skips is as long after the change, as in
 * calendars (RFC 5545).
 */
const instantOf = (wall: number, timeZone: string): number => {
  const [before = 0, after = 0] = [wall - DAY_MS, wall + DAY_MS].map((at) => wallClock(at, timeZone) - at);
  const shown = [wall - before, wall - after]
    .sort((a, b) => a - b)
    .find((at) => wallClock(at, timeZone) === wall);
  return shown ?? wall - before;
};

/** When the open window ends (epoch ms); undefined outside of a window. */
const windowEnd = ({ days, from, to, timeZone }: Window, now: number): number | undefined => {
  const [start, end] = [minutesOf(from) * MINUTE_MS, minutesOf(to) * MINUTE_MS];
  const today = Math.floor(wallClock(now, timeZone) / DAY_MS) * DAY_MS;
  // It began today, or yesterday.
  for (const day of [today, today - DAY_MS]) {
    const name = DAYS[new Date(day).getUTCDay()];
    if (name === undefined || !days.includes(name)) continue;
    const endsAt = instantOf(day + end + (end > start ? 0 : DAY_MS), timeZone);
    if (instantOf(day + start, timeZone) <= now && now < endsAt) return endsAt;
  }
  return undefined;
};

/** Epoch ms until which a rule mutes; undefined if it does not apply now. */
export const mutedUntil = ({ from, until, window }: MuteRule, now: number): number | undefined => {
  if (now < from || now >= until) return undefined;
  if (window === undefined) return until;
  const end = windowEnd(window, now);
  return end === undefined ? undefined : Math.min(until, end);
};

/** The latest end of all rules that mute this problem now. */
export const silencedUntil = (
  rules: readonly MuteRule[],
  mutable: MuteCandidate,
  now: number,
): number | undefined => {
  const ends = rules.flatMap((rule) => (appliesTo(rule, mutable) ? (mutedUntil(rule, now) ?? []) : []));
  return ends.length === 0 ? undefined : Math.max(...ends);
};
