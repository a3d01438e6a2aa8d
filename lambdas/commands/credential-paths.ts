/**
 * Paths of NetBackup's API that deal with credentials, by words rather than by a list: new releases of NetBackup add ways to log
 * in. Every possible reading of a path counts. Pure.
 */
import { pathReadings } from './uri.ts';

/** Paths whose responses may hold a credential; such a body is stored encrypted and delivered once (I-6). */
const RETURNING = [
  /^\/netbackup\/(login|tokenkey|security)/,
  /^\/netbackup\/.*(token|credential|api-?key|password|secret)/,
];

/** Paths that create or change credentials: with the group's NetBackup API key each would give lasting access. */
const MANAGING = [
  /^\/netbackup\/(login|tokenkey|security)/,
  /^\/netbackup\/.*(wssendpoint|access-?control|token|credential|api-?key|password|secret)/,
];

const anyOf = (patterns: readonly RegExp[], uri: string): boolean =>
  pathReadings(uri).some((path) => patterns.some((pattern) => pattern.test(path)));

export const mayReturnCredential = (uri: string): boolean => anyOf(RETURNING, uri);

export const managesCredentials = (uri: string): boolean => anyOf(MANAGING, uri);
