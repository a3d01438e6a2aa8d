/** One cell for each day of a client under a policy. Pure. */
import { DAY_MS } from '../../format/milliseconds.ts';

/** A history as the API has it. */
export interface History {
  readonly from: string;
  readonly to: string;
  readonly days: readonly { readonly day: string; readonly verdict: string }[];
}

/** `none`: no run started on that day. `unknown`: before the first run that is known. */
export type DayState = 'good' | 'partial' | 'failed' | 'other' | 'none' | 'unknown';
export const DAY_STATES: readonly DayState[] = ['good', 'partial', 'failed', 'other', 'none', 'unknown'];

export interface Cell {
  /** `2026-11-28`, by the calendar of the primary. */
  readonly day: string;
  readonly state: DayState;
}

const STATES: Readonly<Record<string, DayState>> = {
  ok: 'good',
  warning: 'partial',
  failed: 'failed',
  ignored: 'other',
  cancelled: 'other',
};

/** How many days the longest history of the API has. */
const MAX_DAYS = 400;

export const cellsOf = ({ from, to, days }: History): readonly Cell[] => {
  const verdicts = new Map(days.map(({ day, verdict }) => [day, verdict]));
  const [firstKnown = to] = [to, ...days.map(({ day }) => day)].sort();
  const cells: Cell[] = [];
  for (let at = Date.parse(from); at <= Date.parse(to) && cells.length < MAX_DAYS; at += DAY_MS) {
    const day = new Date(at).toISOString().slice(0, 10);
    const verdict = verdicts.get(day);
    const known = verdict === undefined ? undefined : (STATES[verdict] ?? 'other');
    cells.push({ day, state: known ?? (day < firstKnown ? 'unknown' : 'none') });
  }
  return cells;
};

/** The number of days of each state. */
export const countsOf = (cells: readonly Cell[]): Readonly<Record<DayState, number>> => {
  const counts = { good: 0, partial: 0, failed: 0, other: 0, none: 0, unknown: 0 };
  for (const { state } of cells) counts[state] += 1;
  return counts;
};

/** The day to which a key moves; undefined for other keys. @param at the index of the current cell */
export const dayAfterKey = (key: string, at: number, count: number): number | undefined => {
  const to = {
    ArrowLeft: at - 1,
    ArrowRight: at + 1,
    ArrowUp: at - 7,
    ArrowDown: at + 7,
    Home: 0,
    End: count - 1,
  }[key];
  return to === undefined ? undefined : Math.min(Math.max(0, to), count - 1);
};
