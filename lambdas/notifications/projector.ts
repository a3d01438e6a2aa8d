/** Turns what was said into views and events (I-3): views first, then events, then it counts as processed. */
import type { Bus } from '../platform/bus.ts';
import type { Log } from '../platform/logger.ts';
import type { BackupsStore } from './backups-store.ts';
import { busEventsOf } from './bus-events.ts';
import { type Interpreted, interpret, type Source, type Uninterpreted, unstorable } from './interpret.ts';
import { backupOf, type ClientBackup } from './protection.ts';
import type { QuarantineStore } from './quarantine.ts';
import type { TimelineEvent } from './timeline.ts';
import type { UtcOffsetStore } from './utc-offset-store.ts';
import type { ViewStore } from './views-store.ts';

export interface ProjectContext {
  readonly jobs: Pick<ViewStore, 'record'>;
  readonly images: Pick<ViewStore, 'record'>;
  readonly backups: Pick<BackupsStore, 'record'>;
  readonly quarantine: Pick<QuarantineStore, 'keep'>;
  readonly offsets: Pick<UtcOffsetStore, 'learnFrom'>;
  readonly bus: Bus;
  readonly retentionDays: number;
  readonly log: Log;
}

/** Whose it is, and when it came (epoch ms). */
type Origin = Pick<Source, 'groupId' | 'receivedAt'>;
type Understood = Exclude<Interpreted, Uninterpreted>;

const timelineEvent = ({ eventId, timeStamp, receivedAt, content }: TimelineEvent): TimelineEvent => ({
  eventId,
  timeStamp,
  receivedAt,
  content,
});

const groupedBy = <T, K>(items: Iterable<T>, keyOf: (item: T) => K): [K, T[]][] => {
  const groups = new Map<K, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group) group.push(item);
    else groups.set(key, [item]);
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

/** Writes of which DynamoDB says that it will never take them; anything else may succeed the next time. */
const isRefusal = (error: unknown): boolean => error instanceof Error && error.name === 'ValidationException';

/**
 * Each job or image is written once for the whole message.
 * @returns what no table would ever take: it must not hold up its neighbours
 */
const recordViews = async <T extends Understood>(
  groupId: string,
  said: readonly T[],
  idOf: (one: T) => string | number,
  record: (id: string | number, events: readonly TimelineEvent[]) => Promise<void>,
): Promise<Uninterpreted[]> => {
  const refused: Uninterpreted[] = [];
  await inParallel(groupedBy(said, idOf), async ([id, group]) => {
    try {
      await record(id, group.map(timelineEvent));
    } catch (error) {
      if (!isRefusal(error)) throw error;
      refused.push(...group.map((one) => unstorable(groupId, one)));
    }
  });
  return refused;
};

/** The jobs, and what they say of their clients' backups. */
const recordJobs = async (
  context: ProjectContext,
  { groupId, receivedAt }: Origin,
  said: readonly Interpreted[],
): Promise<Uninterpreted[]> => {
  const { jobs, backups, retentionDays } = context;
  const finished: ClientBackup[] = [];
  const refused = await recordViews(
    groupId,
    said.filter((one) => one.kind === 'JOB'),
    ({ jobId }) => jobId,
    async (id, events) => {
      const backup = backupOf(Number(id), await jobs.record(groupId, id, events, retentionDays));
      if (backup) finished.push(backup);
    },
  );
  const same = groupedBy(finished, ({ clientName, policyName }) => JSON.stringify([clientName, policyName]));
  await inParallel(same, ([, group]) => backups.record(groupId, group, receivedAt, retentionDays));
  return refused;
};

const recordImages = (
  { images, retentionDays }: ProjectContext,
  { groupId }: Origin,
  said: readonly Interpreted[],
): Promise<Uninterpreted[]> =>
  recordViews(
    groupId,
    said.filter((one) => one.kind === 'IMAGE'),
    ({ backupId }) => backupId,
    async (id, events) => {
      await images.record(groupId, id, events, retentionDays);
    },
  );

const learnOffset = async (
  { offsets, log }: ProjectContext,
  groupId: string,
  said: readonly Interpreted[],
): Promise<void> => {
  try {
    await offsets.learnFrom(groupId, said);
  } catch (error) {
    // The next message tells it again: no notification waits for this.
    log.error('utc-offset-not-stored', error, { groupId });
  }
};

/**
 * Brings to the views and to the bus what was said. All of it may be done again: what was done already changes nothing.
 * @throws when storage or the bus fails
 */
export const bring = async (
  context: ProjectContext,
  origin: Origin,
  said: readonly Interpreted[],
): Promise<void> => {
  const { groupId } = origin;
  const { quarantine, bus, retentionDays, log } = context;
  const refused = [
    ...(await recordJobs(context, origin, said)),
    ...(await recordImages(context, origin, said)),
  ];
  // One message may say the same thing thousands of times: it is set aside, and published, once.
  const distinct = [...new Map([...said, ...refused].map((one) => [one.eventId, one])).values()];
  await inParallel(
    distinct.filter((one) => one.kind === 'QUARANTINE'),
    async (one) => {
      await quarantine.keep(groupId, one, retentionDays);
      log.warn('notification-quarantined', { groupId, reason: one.reason, eventId: one.eventId });
    },
  );
  await learnOffset(context, groupId, said);
  await bus.publish(distinct.flatMap((one) => busEventsOf(groupId, one)));
};

/** One journal entry. @throws when storage or the bus fails: the record is delivered again */
export const project = (context: ProjectContext, source: Source): Promise<void> =>
  bring(context, source, interpret(source));
