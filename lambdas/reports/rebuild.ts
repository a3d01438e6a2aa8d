/**
 * Applies a group's journal again, in the order of arrival. A notification merges with what a view already has (I-3), so
 * nothing that has left the journal is lost, and notifications may arrive meanwhile.
 */

import { interpretAll } from '../notifications/interpret.ts';
import { type JournalStore, timeOfArrival } from '../notifications/journal-store.ts';
import { type Clock, isoTime } from '../platform/clock.ts';
import { chunked, merged, type Range } from '../platform/dynamodb/listing.ts';
import { applyInPortions } from './apply-in-portions.ts';
import type { ApplyContext } from './apply-notifications.ts';

export interface RebuildContext {
  readonly journal: Pick<JournalStore, 'feed' | 'entries'>;
  readonly projection: ApplyContext;
  readonly clock: Clock;
}
export interface RebuildProgress {
  /** The number of messages applied so far. */
  readonly messages: number;
  /** When the last of them arrived, ISO 8601: where to continue after an interruption. */
  readonly arrivedAt: string;
}

const BATCH_SIZE = 25;

/** @param from first arrival, epoch ms */
export async function* rebuild(
  { journal, projection, clock }: RebuildContext,
  groupId: string,
  from: number,
): AsyncGenerator<RebuildProgress, void> {
  const range: Range = { low: isoTime(from), high: `${isoTime(clock())}$`, order: 'asc' };
  const read = (rest: Range, limit: number) => journal.feed(groupId, rest, limit);
  let messages = 0;
  for await (const { entries } of chunked(merged([read], range, undefined, BATCH_SIZE), BATCH_SIZE)) {
    for (const entry of await journal.entries(entries, clock)) {
      if (!entry) continue;
      await applyInPortions(projection, entry, interpretAll(entry));
      messages += 1;
    }
    yield { messages, arrivedAt: timeOfArrival(entries.at(-1)?.at ?? '') };
  }
}
