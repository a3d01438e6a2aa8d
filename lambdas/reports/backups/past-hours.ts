/**
 * The remembered data of runs that are no longer kept: in which hours they started, and with which exit status they ended. A set, so
 * that adding is idempotent and commutative (I-3). Written as progressions, because backups start at regular times: a
 * year of daily successes has about 15 characters. Pure.
 */

export interface PastRun {
  /** NetBackup's `startTime` as sent (I-12), in whole hours since 1970. */
  readonly hour: number;
  /** The exit status of the run. */
  readonly status: number;
}

/** How many hours before the latest one are remembered: 401 days. */
const MAX_HOURS = 401 * 24;
/** The most characters. Irregular times need more characters; then the oldest hours are dropped. */
const MAX_LENGTH = 3_000;

const digits = (value: number): string => value.toString(36);

/** `hour`, `hour:count:step`, in base 36; one status after the other: `0=fmk:90:o,…;1i=…`. */
export const packHours = (runs: readonly PastRun[]): string => {
  const latest = Math.max(...runs.map(({ hour }) => hour));
  const recent = runs.filter(({ hour }) => hour > latest - MAX_HOURS);
  const byStatus = new Map<number, Set<number>>();
  for (const { hour, status } of recent) byStatus.set(status, (byStatus.get(status) ?? new Set()).add(hour));
  const text = [...byStatus]
    .sort(([a], [b]) => a - b)
    .map(([status, hours]) => `${digits(status)}=${progressions([...hours].sort((a, b) => a - b))}`)
    .join(';');
  if (text.length <= MAX_LENGTH) return text;
  const sorted = [...new Set(recent.map(({ hour }) => hour))].sort((a, b) => a - b);
  const from = sorted[Math.ceil(sorted.length / 10)] ?? latest;
  return packHours(recent.filter(({ hour }) => hour >= from));
};

const progressions = (hours: readonly number[]): string => {
  const parts: string[] = [];
  for (let start = 0; start < hours.length; ) {
    const first = hours[start] ?? 0;
    const step = (hours[start + 1] ?? first) - first;
    let end = start + 1;
    while (end < hours.length && (hours[end] ?? 0) - (hours[end - 1] ?? 0) === step) end++;
    // Two successive hours may belong to two progressions; only three form one.
    const count = end - start > 2 ? end - start : 1;
    parts.push(count === 1 ? digits(first) : `${digits(first)}:${digits(count)}:${digits(step)}`);
    start += count;
  }
  return parts.join(',');
};

export const unpackHours = (text: string): PastRun[] =>
  text
    .split(';')
    .filter((part) => part !== '')
    .flatMap((part) => {
      const [status = '', list = ''] = part.split('=');
      return list.split(',').flatMap((progression) => {
        const [first = 0, count = 1, step = 0] = progression
          .split(':')
          .map((value) => Number.parseInt(value, 36));
        return Array.from({ length: count }, (_, index) => ({
          hour: first + index * step,
          status: Number.parseInt(status, 36),
        }));
      });
    });
