/**
 * Which job made which image. NetBackup does not say; but both have the client's name, and the backup's time is the job's
 * start, once that is in UTC (TRAP-2). Pure.
 */

import type { Range } from '../../platform/dynamodb/listing.ts';
import type { ImageView } from '../images/image.ts';
import { localRange, type UtcOffset, utcSeconds } from '../utc-offset/utc-offset.ts';
import { partition, positionsBetween } from '../views/index-keys.ts';
import type { JobView } from './job.ts';

/** How far the two may lie apart, in seconds. */
const TOLERANCE = 60;

interface Timed<T> {
  readonly of: T;
  readonly at: number;
}

/** Jobs that can have made an image, with their start in UTC. */
const timed = (jobs: readonly JobView[], offsets: readonly UtcOffset[]): Timed<JobView>[] =>
  jobs.flatMap((job) => {
    const at = utcSeconds(job['startTime'], offsets);
    return at === undefined || job['jobType'] === 'RESTORE' ? [] : [{ of: job, at }];
  });

/** The job among these that made an image: the nearest by time; of two the later one, which is the leaf. */
export const makerOf = (
  image: ImageView,
  jobs: readonly JobView[],
  offsets: readonly UtcOffset[],
): JobView | undefined => {
  const backupTime = Number(image['backupTime']);
  const distance = ({ at }: Timed<JobView>) => Math.abs(at - backupTime);
  return timed(jobs, offsets)
    .filter((job) => job.of['clientName'] === image['clientName'] && distance(job) <= TOLERANCE)
    .sort((a, b) => distance(a) - distance(b) || b.of.jobId - a.of.jobId)[0]?.of;
};

/** Where to look for it: a range of the index `by-client` of Jobs. Undefined when nothing can be found. */
export const makersRange = (
  groupId: string,
  image: ImageView,
  offsets: readonly UtcOffset[],
): { partition: string; range: Range } | undefined => {
  const { clientName, backupTime } = image;
  const client = partition(groupId, clientName);
  if (client === undefined || offsets.length === 0 || typeof backupTime !== 'number') return undefined;
  const local = localRange({ from: backupTime - TOLERANCE, to: backupTime + TOLERANCE + 1 }, offsets);
  return { partition: client, range: { ...positionsBetween(local.from, local.to), order: 'desc' } };
};

/** The other way round, for all jobs of one client: a range of the index `by-client` of Images. */
export const imagesRange = (
  groupId: string,
  jobs: readonly JobView[],
  offsets: readonly UtcOffset[],
): { partition: string; range: Range } | undefined => {
  const client = partition(groupId, jobs[0]?.['clientName']);
  const starts = timed(jobs, offsets).map(({ at }) => at);
  if (client === undefined || starts.length === 0) return undefined;
  const range = positionsBetween(Math.min(...starts) - TOLERANCE, Math.max(...starts) + TOLERANCE + 1);
  return { partition: client, range: { ...range, order: 'asc' } };
};
