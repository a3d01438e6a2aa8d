/** Paths of NetBackup's API that have to do with credentials. Pure. */
import { plainPath } from './uri.ts';

/** Paths whose answers hold a credential; such a body is kept encrypted and handed over once (I-6). */
const ANSWERING = [
  /^\/netbackup\/login\b/i,
  /^\/netbackup\/tokenkey\b/i,
  /^\/netbackup\/security\//i,
  /^\/netbackup\/.*\b(token|credential|api-key)s?\b/i,
];

export const answersCredential = (uri: string): boolean => {
  const path = plainPath(uri);
  return ANSWERING.some((pattern) => pattern.test(path));
};

/** Paths that mint or move credentials: never called with the group's own key, which would be a way to lasting access. */
const MINTING = [/^\/netbackup\/(login|tokenkey|security)(\/|$)/i, /\/wssendpoints(\/|$)/i];

export const mintsCredential = (uri: string): boolean => {
  const path = plainPath(uri);
  return MINTING.some((pattern) => pattern.test(path));
};
