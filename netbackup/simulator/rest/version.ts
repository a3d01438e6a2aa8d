import { notAcceptable } from './errors.ts';

const VENDOR = /application\/vnd\.netbackup\+\w+\s*;(?:.*;)?\s*version=(\d+)\.(\d+)/i;

/**
 * The API version of a call: from Accept, otherwise from Content-Type, which has it over NBWSS (CMD-3). Other media types
 * mean the newest version. Throws a 406 for an unsupported version.
 */
export function negotiate(headers: ReadonlyMap<string, string>, newest: string): number {
  const match = VENDOR.exec(headers.get('accept') ?? '') ?? VENDOR.exec(headers.get('content-type') ?? '');
  const top = Number(newest);
  if (!match) return top;
  const version = Number(`${match[1]}.${match[2]}`);
  if (version < 1 || version > top) throw notAcceptable();
  return version;
}
