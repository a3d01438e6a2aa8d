/** Mute rules: problems about which nobody is informed for a while, such as in a maintenance window. Pure. */
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
  /** Who and why. */
  readonly by: string;
  readonly reason: string;
  /** Epoch ms. */
  readonly createdAt: number;
  readonly from: number;
  readonly until: number;
  /** Absent: the whole time from `from` to `until`. */
  readonly window?: Window;
  /** What is given must match. Of the names patterns, in any letter case; an id of a group without `*` is that group. */
  readonly kinds?: readonly ProblemKind[];
  readonly groupId?: string;
  readonly clientName?: string;
  readonly policyName?: string;
  readonly labels?: Readonly<Record<string, string>>;
}

/** What a rule looks at. */
export interface Mutable {
  readonly groupId: string;
  readonly kind: ProblemKind;
  readonly subject: Subject;
  readonly labels: Readonly<Record<string, string>>;
}

const matches = (pattern: string | undefined, text: string | undefined): boolean =>
  pattern === undefined || (text !== undefined && matchesPattern(pattern, text));

/** Ids of groups differ by letter case, and a key of one group may mute with its id: that must not reach another one (I-13). */
const matchesGroup = (pattern: string | undefined, groupId: string): boolean =>
  pattern?.includes('*') ? matchesPattern(pattern, groupId) : pattern === undefined || pattern === groupId;

export const appliesTo = (rule: MuteRule, { groupId, kind, subject, labels }: Mutable): boolean =>
  (rule.kinds === undefined || rule.kinds.includes(kind)) &&
  matchesGroup(rule.groupId, groupId) &&
  matches(rule.clientName, subject.clientName) &&
  matches(rule.policyName, subject.policyName) &&
  Object.entries(rule.labels ?? {}).every(([key, value]) => labels[key] === value);

const MINUTES_A_DAY = 24 * 60;
const minutesOf = (time: string): number => {
  const [hours = 0, minutes = 0] = time.split(':').map(Number);
  return hours * 60 + minutes;
};

/** Day of the week and minute of the day in a time zone. */
const localTime = (now: number, timeZone: string): { readonly day: number; readonly minute: number } => {
  const parts = new Intl.DateTimeFormat('en-US', {
    timeZone,
    weekday: 'short',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  }).formatToParts(now);
  const part = (type: string) => parts.find((one) => one.type === type)?.value ?? '';
  return {
    day: (DAYS as readonly string[]).indexOf(part('weekday').toLowerCase()),
    minute: Number(part('hour')) * 60 + Number(part('minute')),
  };
};

/** Minutes until the window that is open now ends; undefined outside of one. */
const minutesLeft = ({ days, from, to, timeZone }: Window, now: number): number | undefined => {
  const { day, minute } = localTime(now, timeZone);
  const [start, end] = [minutesOf(from), minutesOf(to)];
  const length = end > start ? end - start : end - start + MINUTES_A_DAY;
  // It began today, or yesterday.
  for (const daysAgo of [0, 1]) {
    const since = minute - start + daysAgo * MINUTES_A_DAY;
    const began = DAYS[(day - daysAgo + DAYS.length) % DAYS.length];
    if (began !== undefined && days.includes(began) && since >= 0 && since < length) return length - since;
  }
  return undefined;
};

/** Epoch ms until which a rule mutes; undefined if it does not now. A change to or from summer time moves the end of a window by an hour. */
export const mutedUntil = ({ from, until, window }: MuteRule, now: number): number | undefined => {
  if (now < from || now >= until) return undefined;
  if (window === undefined) return until;
  const left = minutesLeft(window, now);
  if (left === undefined) return undefined;
  const minute = Math.floor(now / 60_000) * 60_000;
  return Math.min(until, minute + left * 60_000);
};

/** The latest end of all rules that mute this problem now. */
export const silencedUntil = (
  rules: readonly MuteRule[],
  mutable: Mutable,
  now: number,
): number | undefined => {
  const ends = rules.flatMap((rule) => (appliesTo(rule, mutable) ? (mutedUntil(rule, now) ?? []) : []));
  return ends.length === 0 ? undefined : Math.max(...ends);
};
