/** Converts the filters of the URL to parameters of the API. Pure. */
import { HOUR_MS } from '../../format/milliseconds.ts';
import { dayAfter, startOfDay } from '../../format/zone.ts';

/** Filters that are passed to the API unchanged. */
const AS_THEY_ARE = [
  'state',
  'outcome',
  'status',
  'jobType',
  'policyType',
  'scheduleType',
  'policyName',
  'clientName',
  'parentJobId',
  'reportedFrom',
  'reportedTo',
  'label',
] as const;

export interface JobQuery {
  state?: string;
  outcome?: string;
  status?: string;
  jobType?: string;
  policyType?: string;
  scheduleType?: string;
  policyName?: string;
  clientName?: string;
  parentJobId?: number;
  reportedFrom?: string;
  reportedTo?: string;
  label?: string;
  from?: string;
  to?: string;
  order?: 'asc' | 'desc';
}

/** A range of days, both included, or of the last hours. Times are left as they are. */
export const rangeOf = (
  { from, to, hours }: Readonly<Record<string, string>>,
  zone: string | undefined,
  now: number,
): { from?: string; to?: string } => {
  const last = /^[1-9]\d{0,4}$/.test(hours ?? '') ? Number(hours) : undefined;
  const begin = from
    ? (startOfDay(from, zone) ?? from)
    : last && new Date(now - last * HOUR_MS).toISOString();
  const end = to && (startOfDay(dayAfter(to), zone) ?? to);
  return { ...(begin ? { from: begin } : {}), ...(end ? { to: end } : {}) };
};

/**
 * @param query the query of the URL
 * @param zone the zone in which days begin; undefined: the browser's
 * @param now epoch milliseconds
 */
export const jobQuery = (
  query: Readonly<Record<string, string>>,
  zone: string | undefined,
  now: number,
): JobQuery => ({
  ...Object.fromEntries(AS_THEY_ARE.flatMap((name) => (query[name] ? [[name, query[name]]] : []))),
  ...rangeOf(query, zone, now),
  ...(query['order'] === 'asc' ? { order: 'asc' as const } : {}),
});
