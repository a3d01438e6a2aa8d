/** Turns one journal entry into views and events (I-3): views first, then events, then it counts as processed. */
import type { Bus } from '../platform/bus.ts';
import type { Log } from '../platform/logger.ts';
import { busEventsOf } from './bus-events.ts';
import { type Interpreted, interpret, type Source, type Uninterpreted } from './interpret.ts';
import type { QuarantineStore } from './quarantine.ts';
import type { TimelineEvent } from './timeline.ts';
import type { ViewStore } from './views-store.ts';

export interface ProjectContext {
  readonly jobs: Pick<ViewStore, 'record'>;
  readonly images: Pick<ViewStore, 'record'>;
  readonly quarantine: Pick<QuarantineStore, 'keep'>;
  readonly bus: Bus;
  readonly retentionDays: number;
  readonly log: Log;
}

const timelineEvent = ({ eventId, timeStamp, receivedAt, content }: TimelineEvent): TimelineEvent => ({
  eventId,
  timeStamp,
  receivedAt,
  content,
});

/** The notifications of one kind, by what they are about: each job or image is written once for the whole message. */
const byId = <T extends Exclude<Interpreted, Uninterpreted>, I>(said: readonly T[], idOf: (one: T) => I) => {
  const groups = new Map<I, TimelineEvent[]>();
  for (const one of said) {
    const id = idOf(one);
    groups.set(id, [...(groups.get(id) ?? []), timelineEvent(one)]);
  }
  return [...groups];
};

/** How many writes of one message are under way at a time. */
const PARALLEL = 16;

const inParallel = async <T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> => {
  const queue = items.values();
  await Promise.all(
    Array.from({ length: PARALLEL }, async () => {
      for (const item of queue) await work(item);
    }),
  );
};

/** @throws when storage or the bus fails: the record is delivered again, and what was done already changes nothing. */
export const project = async (context: ProjectContext, source: Source): Promise<void> => {
  const { groupId } = source;
  const { retentionDays, log } = context;
  const said = interpret(source);
  // One message may say the same thing thousands of times: it is set aside, and published, once.
  const distinct = [...new Map(said.map((one) => [one.eventId, one])).values()];
  const jobs = byId(
    said.filter((one) => one.kind === 'JOB'),
    (job) => job.jobId,
  );
  const images = byId(
    said.filter((one) => one.kind === 'IMAGE'),
    (image) => image.backupId,
  );
  await inParallel(jobs, ([id, events]) => context.jobs.record(groupId, id, events, retentionDays));
  await inParallel(images, ([id, events]) => context.images.record(groupId, id, events, retentionDays));
  await inParallel(
    distinct.filter((one) => one.kind === 'QUARANTINE'),
    async (one) => {
      await context.quarantine.keep(groupId, one, retentionDays);
      log.warn('notification-quarantined', { groupId, reason: one.reason, eventId: one.eventId });
    },
  );
  await context.bus.publish(distinct.flatMap((one) => busEventsOf(groupId, one)));
};
