/** The input that the schedule of a digest passes on (`lib/constructs/digest-schedules.ts`). */
import { DAY_MS } from '../platform/clock.ts';
import type { Language } from './texts/languages.ts';

export interface DigestSettings {
  readonly name: string;
  /** Of the tz database. */
  readonly timeZone: string;
  /** `key=value`; the digest is about the domains that have all of them. */
  readonly labels: readonly string[];
  readonly language: Language;
  readonly from: string;
  readonly to: readonly string[];
  readonly whenAllIsWell: boolean;
}

export interface DigestEvent extends DigestSettings {
  /** When it was due (ISO 8601), not when it came: the same in each repetition. */
  readonly scheduledTime: string;
}

/** The calendar day in a time zone, as its number since 1970-01-01. @param ms epoch ms */
export const dayOf = (ms: number, timeZone: string): number => {
  const parts = new Intl.DateTimeFormat('en-US', {
    timeZone,
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
  }).formatToParts(ms);
  const part = (wanted: string) => Number(parts.find(({ type }) => type === wanted)?.value);
  return Date.UTC(part('year'), part('month') - 1, part('day')) / DAY_MS;
};
