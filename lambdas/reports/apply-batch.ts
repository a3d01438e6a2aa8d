/**
 * Applies a batch of the journal's stream. Groups do not wait for each other: they are applied at the same time, each with a
 * bounded share of the batch, and what fails in one group does not keep back the records of another.
 */
import { LIMITS, type Limits } from '../notifications/interpret.ts';
import { messageOf } from '../notifications/journal-store.ts';
import { forEachInParallel, groupBy } from '../platform/collections.ts';
import type { StreamedItem } from '../platform/dynamodb/stream.ts';
import { applyMessage } from './apply-message.ts';
import type { ApplyContext } from './apply-notifications.ts';

const PARALLEL_GROUPS = 8;
/**
 * How many notifications of one group are applied in one batch, and how many are quarantined one by one. A batch has 25 messages, so
 * normal messages are always applied.
 * Messages beyond the share are quarantined as a whole: reporting them as failed would deliver them again before anything
 * newer, so the other groups would still wait for them, and the retries would be used up.
 */
export const GROUP_SHARE: Limits = { notifications: 25_000, rejected: 1_000 };
/** After this many failures in one group storage is probably unavailable, and the rest of the group is not tried. */
const MAX_FAILURES = 3;

type Placed = StreamedItem & { readonly index: number };

/** The message; undefined for one that this deployment has not written. It stays in the journal. */
const readMessage = ({ log }: ApplyContext, sequenceNumber: string, item: StreamedItem['item']) => {
  try {
    return messageOf(item);
  } catch (error) {
    log.error('message-not-applicable', error, { sequenceNumber });
    return undefined;
  }
};

/** @returns the index of the first record that failed */
const applyGroup = async (
  context: ApplyContext,
  records: readonly Placed[],
  share: Limits,
): Promise<number | undefined> => {
  const failed: number[] = [];
  const left = { ...share };
  for (const { sequenceNumber, item, index } of records) {
    const message = readMessage(context, sequenceNumber, item);
    if (!message) continue;
    try {
      const applied = await applyMessage(context, message, {
        notifications: Math.max(0, Math.min(LIMITS.notifications, left.notifications)),
        rejected: Math.max(0, Math.min(LIMITS.rejected, left.rejected)),
      });
      left.notifications -= applied.length;
      left.rejected -= applied.filter(({ kind }) => kind === 'QUARANTINE').length;
    } catch (error) {
      context.log.error('projection-failed', error, { sequenceNumber });
      failed.push(index);
      // The failed record comes first when the stream delivers again, so the records that follow are not lost.
      if (failed.length === MAX_FAILURES) break;
    }
  }
  return failed[0];
};

/**
 * Applies every record, also those after one that failed: when the stream gives up a batch, no healthy record is lost with it.
 * @param share the bounds for one group
 * @returns the sequence number of the first record that failed; the stream delivers again from there
 */
export const applyBatch = async (
  context: ApplyContext,
  records: readonly StreamedItem[],
  share = GROUP_SHARE,
): Promise<string | undefined> => {
  const placed = records.map((record, index) => ({ ...record, index }));
  const groups = [...groupBy(placed, ({ item }) => item['groupId']).values()];
  const failed: number[] = [];
  await forEachInParallel(
    groups,
    async (group) => {
      const first = await applyGroup(context, group, share);
      if (first !== undefined) failed.push(first);
    },
    PARALLEL_GROUPS,
  );
  return records[Math.min(...failed)]?.sequenceNumber;
};
