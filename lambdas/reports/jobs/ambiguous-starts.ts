/** Decides ambiguous starts (I-12) by the images of the jobs' clients: a job and its image start together. */
import type { Clock } from '../../platform/clock.ts';
import { forEachInParallel, groupBy } from '../../platform/collections.ts';
import type { PrimaryTime } from '../primary-time/primary-time.ts';
import { listViews } from '../views/view-list.ts';
import type { ViewStore } from '../views/views-store.ts';
import type { JobView } from './job.ts';
import { imagesRange } from './producing-job.ts';
import { withBackupTimes } from './start.ts';

/** Bounds on what one request reads: starts are ambiguous in one hour of the year, after an outage. */
const MAX_CLIENTS = 20;
const BOUNDS = { limit: 100, entries: 100, bytes: 1_000_000 };

/** Jobs whose start is not ambiguous cost no read. */
export const decideStarts = async <T extends JobView>(
  { images, clock }: { readonly images: ViewStore; readonly clock: Clock },
  groupId: string,
  jobs: readonly T[],
  time: PrimaryTime,
): Promise<T[]> => {
  const byClient = groupBy(
    jobs.filter(({ ambiguous }) => ambiguous),
    (job) => job['clientName'],
  );
  const backupTimes = new Map<unknown, readonly number[]>();
  await forEachInParallel([...byClient].slice(0, MAX_CLIENTS), async ([client, some]) => {
    const found = imagesRange(groupId, some, time);
    if (!found) return;
    const query = { groupId, index: 'by-client', partitions: [found.partition], range: found.range };
    const page = await listViews(images, { ...query, after: undefined }, BOUNDS, clock, ({ events }) =>
      Number(events.at(-1)?.content['backupTime']),
    );
    backupTimes.set(client, page.items);
  });
  return jobs.map((job) => withBackupTimes(job, backupTimes.get(job['clientName']) ?? [], time));
};
