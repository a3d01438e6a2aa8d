/** Paths of the views of a domain. Pure. */

/** @param rest of the path, such as `/jobs`; its parts are encoded by the caller */
export const domainPath = (groupId: string, rest = ''): string =>
  `/domains/${encodeURIComponent(groupId)}${rest}`;

export const jobPath = (groupId: string, jobId: number): string => domainPath(groupId, `/jobs/${jobId}`);
