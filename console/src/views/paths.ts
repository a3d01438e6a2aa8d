/** The addresses of views about one thing. Names that NetBackup fills in are in the query: as part of a path `..` would be another view. */
import type { Query } from '../places.ts';
import { domainPath, jobPath } from './domains/paths.ts';

export { domainPath, jobPath };

interface Target {
  readonly to: string;
  readonly query: Query;
}

export const clientPath = (groupId: string, clientName: string): Target => ({
  to: domainPath(groupId, '/clients'),
  query: { clientName },
});

export const imagePath = (groupId: string, backupId: string): Target => ({
  to: domainPath(groupId, '/image'),
  query: { backupId },
});

export const problemPath = (problemId: string): string => `/problems/${encodeURIComponent(problemId)}`;
