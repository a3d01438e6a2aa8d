/** Paths of NetBackup's API that have to do with credentials. Pure. */
import { plainPath } from './uri.ts';

/**
 * Paths whose answers hold, or may hold, a credential; such a body is kept encrypted and handed over once (I-6). By words
 * rather than by a list: NetBackup's releases have more ways to log in than anybody has listed.
 */
const ANSWERING = [
  /^\/netbackup\/(login|tokenkey|security\/)/i,
  /^\/netbackup\/.*(token|credential|api-?key|password|secret)/i,
];

export const answersCredential = (uri: string): boolean => {
  const path = plainPath(uri);
  return ANSWERING.some((pattern) => pattern.test(path));
};

/** Paths that mint or move credentials: never called with the group's own key, which would be a way to lasting access. */
const MINTING = [/^\/netbackup\/(login[^/]*|tokenkey|security)(\/|$)/i, /\/wssendpoints(\/|$)/i];

export const mintsCredential = (uri: string): boolean => {
  const path = plainPath(uri);
  return MINTING.some((pattern) => pattern.test(path));
};
