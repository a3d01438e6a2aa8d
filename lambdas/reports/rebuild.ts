/**
 * Projects a group's journal again, in the order of arrival. Views are the merge of what they hold and what is said (I-3), so
 * nothing that the journal no longer holds is lost, and it can be done while notifications come in.
 */

import type { JournalStore } from '../notifications/journal-store.ts';
import { type Clock, isoTime } from '../platform/clock.ts';
import { chunked, merged, type Range } from '../platform/dynamodb/listing.ts';
import { type ProjectContext, project } from './apply-notifications.ts';

export interface RebuildContext {
  readonly journal: Pick<JournalStore, 'feed' | 'entries'>;
  readonly projection: ProjectContext;
  readonly clock: Clock;
}
export interface RebuildProgress {
  /** Messages projected so far. */
  readonly messages: number;
  /** When the last of them arrived, ISO 8601: where to begin again should it be cut short. */
  readonly arrivedAt: string;
}

const AT_A_TIME = 25;

/** @param from arrival to begin with, epoch ms */
export async function* rebuild(
  { journal, projection, clock }: RebuildContext,
  groupId: string,
  from: number,
): AsyncGenerator<RebuildProgress, void> {
  const range: Range = { low: isoTime(from), high: `${isoTime(clock())}$`, order: 'asc' };
  const read = (rest: Range, limit: number) => journal.feed(groupId, rest, limit);
  let messages = 0;
  for await (const { entries } of chunked(merged([read], range, undefined, AT_A_TIME), AT_A_TIME)) {
    for (const entry of await journal.entries(entries, clock)) {
      if (!entry) continue;
      await project(projection, entry);
      messages += 1;
    }
    yield { messages, arrivedAt: entries.at(-1)?.at.split('#', 1)[0] ?? '' };
  }
}
