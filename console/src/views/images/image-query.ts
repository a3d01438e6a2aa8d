/** Converts the filters of the URL to parameters of the API. Pure. */
import { omitUndefined } from '../../omit-undefined.ts';
import { rangeOf } from '../jobs/job-query.ts';

const AS_THEY_ARE = ['operation', 'clientName', 'clientType', 'label'] as const;
const RESTORABLE = ['true', 'false', 'unknown'] as const;

export interface ImageQuery {
  operation?: string;
  clientName?: string;
  clientType?: string;
  label?: string;
  restorable?: (typeof RESTORABLE)[number];
  from?: string;
  to?: string;
  order?: 'asc' | 'desc';
}

/** @param zone in which days begin; undefined: the browser's. @param now epoch milliseconds */
export const imageQuery = (
  query: Readonly<Record<string, string>>,
  zone: string | undefined,
  now: number,
): ImageQuery => {
  const restorable = RESTORABLE.find((one) => one === query['restorable']);
  return {
    ...Object.fromEntries(AS_THEY_ARE.flatMap((name) => (query[name] ? [[name, query[name]]] : []))),
    ...omitUndefined({ restorable }),
    ...rangeOf(query, zone, now),
    ...(query['order'] === 'asc' ? { order: 'asc' as const } : {}),
  };
};
