/**
 * Which job produced an image. NetBackup does not report it; but both have the client's name, and the backup time is the
 * job's start in UTC (TRAP-2). Pure.
 */

import type { Range } from '../../platform/dynamodb/listing.ts';
import type { ImageView } from '../images/image.ts';
import { type PrimaryTime, SAME_MOMENT } from '../primary-time/primary-time.ts';
import { clientPartition, isSameClient, positionsBetween } from '../views/index-keys.ts';
import type { JobView } from './job.ts';
import { possibleStarts } from './start.ts';

interface Candidate {
  readonly job: JobView;
  /** Epoch seconds, UTC. */
  readonly startedAt: number;
}

/** Jobs that can have produced an image; an ambiguous one with each of its possible starts. */
const candidates = (jobs: readonly JobView[], time: PrimaryTime): Candidate[] =>
  jobs
    .filter((job) => job['jobType'] !== 'RESTORE')
    .flatMap((job) => possibleStarts(job, time).map((startedAt) => ({ job, startedAt })));

/** The job among these that produced an image: the nearest by time; of two equally near jobs the later one, which is the leaf. */
export const producingJob = (
  image: ImageView,
  jobs: readonly JobView[],
  time: PrimaryTime,
): JobView | undefined => {
  const backupTime = Number(image['backupTime']);
  const distance = ({ startedAt }: Candidate) => Math.abs(startedAt - backupTime);
  return candidates(jobs, time)
    .filter((one) => isSameClient(one.job['clientName'], image['clientName']) && distance(one) <= SAME_MOMENT)
    .sort((a, b) => distance(a) - distance(b) || b.job.jobId - a.job.jobId)[0]?.job;
};

/** The range of the index `by-client` of Jobs that contains the jobs of these images of one client. Undefined when none can be found. */
export const producingJobRange = (
  groupId: string,
  images: readonly ImageView[],
  time: PrimaryTime,
): { partition: string; range: Range } | undefined => {
  const client = clientPartition(groupId, images[0]?.['clientName']);
  const times = images.flatMap(({ backupTime }) => (typeof backupTime === 'number' ? [backupTime] : []));
  if (client === undefined || !time.isKnown || times.length === 0) return undefined;
  const local = time.localRange({
    from: Math.min(...times) - SAME_MOMENT,
    to: Math.max(...times) + SAME_MOMENT + 1,
  });
  return { partition: client, range: { ...positionsBetween(local.from, local.to), order: 'desc' } };
};

/** The range of the index `by-client` of Images that contains the images of these jobs of one client. */
export const imagesRange = (
  groupId: string,
  jobs: readonly JobView[],
  time: PrimaryTime,
): { partition: string; range: Range } | undefined => {
  const client = clientPartition(groupId, jobs[0]?.['clientName']);
  const starts = candidates(jobs, time).map(({ startedAt }) => startedAt);
  if (client === undefined || starts.length === 0) return undefined;
  const range = positionsBetween(Math.min(...starts) - SAME_MOMENT, Math.max(...starts) + SAME_MOMENT + 1);
  return { partition: client, range: { ...range, order: 'asc' } };
};
