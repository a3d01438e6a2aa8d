/**
 * Paths of NetBackup's API that have to do with credentials. By words rather than by a list: NetBackup's releases have more ways
 * to log in than anybody has listed. Every reading of a path counts. Pure.
 */
import { pathReadings } from './uri.ts';

/** Paths whose answers hold, or may hold, a credential; such a body is kept encrypted and handed over once (I-6). */
const ANSWERING = [
  /^\/netbackup\/(login|tokenkey|security\/)/,
  /^\/netbackup\/.*(token|credential|api-?key|password|secret)/,
];

/** Paths that mint or move credentials: with the group's own key each would be a way to lasting access. */
const MINTING = [
  /^\/netbackup\/(login|tokenkey|security(\/|$))/,
  /^\/netbackup\/.*(wssendpoint|access-?control|token|credential|api-?key|password|secret)/,
];

const anyOf = (patterns: readonly RegExp[], uri: string): boolean =>
  pathReadings(uri).some((path) => patterns.some((pattern) => pattern.test(path)));

export const answersCredential = (uri: string): boolean => anyOf(ANSWERING, uri);

export const mintsCredential = (uri: string): boolean => anyOf(MINTING, uri);
