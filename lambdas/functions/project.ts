/** The function behind the journal's stream. */
import * as z from 'zod/mini';
import { readStreamEvent } from '../platform/dynamodb/stream.ts';
import { createLog } from '../platform/logger.ts';
import { applyMessage } from '../reports/apply-notifications.ts';
import { applyContext } from './dependencies.ts';

const entrySchema = z.object({ groupId: z.string(), text: z.string(), receivedAt: z.number() });

const log = createLog('project');
const context = applyContext(log);

/** Reports the first record that failed; the stream delivers from there again, so order per item is kept. */
export const handler = async (
  event: unknown,
): Promise<{ batchItemFailures: { itemIdentifier: string }[] }> => {
  for (const { sequenceNumber, item } of readStreamEvent(event)) {
    try {
      await applyMessage(context, entrySchema.parse(item));
    } catch (error) {
      log.error('projection-failed', error, { sequenceNumber });
      return { batchItemFailures: [{ itemIdentifier: sequenceNumber }] };
    }
  }
  return { batchItemFailures: [] };
};
