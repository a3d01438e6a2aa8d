/** Trees of jobs: only the leaves count, since a parent reports the work of its children again (TRAP-7). Pure. */

/** A job's place in a tree. A root is its own parent (NOT-2). */
export interface TreePlace {
  readonly jobId: number;
  readonly parentJobId: number;
}

/** The ids of the jobs that have a child among these jobs. A job whose id is not included is a leaf. */
export const parentsAmong = (jobs: readonly TreePlace[]): ReadonlySet<number> =>
  new Set(jobs.flatMap(({ jobId, parentJobId }) => (parentJobId === jobId ? [] : [parentJobId])));
