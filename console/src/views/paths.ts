/** The addresses of views about one thing. Names that NetBackup fills in are in the query: as part of a path `..` would be another view. Pure. */
import type { Query } from '../urls.ts';

interface Target {
  readonly to: string;
  readonly query: Query;
}

/** @param rest of the path, such as `/jobs`; its parts are encoded by the caller */
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
