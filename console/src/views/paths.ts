/** The addresses of views of one object. Names from NetBackup are in the query: in a path, `..` would lead to another view. Pure. */
import type { Query } from '../urls.ts';

interface Target {
  readonly to: string;
  readonly query: Query;
}

/** @param rest the rest of the path, such as `/jobs`; the caller encodes its parts */
export const domainPath = (groupId: string, rest = ''): string =>
  `/domains/${encodeURIComponent(groupId)}${rest}`;

export const jobPath = (groupId: string, jobId: number): string => domainPath(groupId, `/jobs/${jobId}`);

export const clientPath = (groupId: string, clientName: string): Target => ({
  to: domainPath(groupId, '/clients'),
  query: { clientName },
});

export const imagePath = (groupId: string, backupId: string): Target => ({
  to: domainPath(groupId, '/image'),
  query: { backupId },
});

export const problemPath = (problemId: string): string => `/problems/${encodeURIComponent(problemId)}`;
