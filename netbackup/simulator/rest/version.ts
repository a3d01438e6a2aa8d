import { notAcceptable } from './errors.ts';

const VENDOR = /application\/vnd\.netbackup\+\w+\s*;(?:.*;)?\s*version=(\d+)\.(\d+)/i;

/**
 * The API version that a call asks for: Accept first, then Content-Type, which alone carries it over NBWSS (CMD-3).
 * Plain types mean the newest. Throws a 406 for a version that the primary does not speak.
 */
export function negotiate(headers: ReadonlyMap<string, string>, newest: string): number {
  const match = VENDOR.exec(headers.get('accept') ?? '') ?? VENDOR.exec(headers.get('content-type') ?? '');
  const top = Number(newest);
  if (!match) return top;
  const version = Number(`${match[1]}.${match[2]}`);
  if (version < 1 || version > top) throw notAcceptable();
  return version;
}
