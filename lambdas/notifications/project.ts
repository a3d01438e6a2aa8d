/** The function behind the journal's stream. */
import { unmarshall } from '@aws-sdk/util-dynamodb';
import * as z from 'zod/mini';
import { createLog } from '../platform/logger.ts';
import { projectContext } from './project-context.ts';
import { project } from './projector.ts';

const recordSchema = z.object({
  dynamodb: z.object({ SequenceNumber: z.string(), NewImage: z.record(z.string(), z.any()) }),
});
const eventSchema = z.object({ Records: z.array(recordSchema) });
const entrySchema = z.object({ groupId: z.string(), text: z.string(), receivedAt: z.number() });

const log = createLog('project');
const context = projectContext(log);

/** Reports the first record that failed; the stream delivers from there again, so order per item is kept. */
export const handler = async (
  event: unknown,
): Promise<{ batchItemFailures: { itemIdentifier: string }[] }> => {
  for (const { dynamodb } of eventSchema.parse(event).Records) {
    try {
      await project(context, entrySchema.parse(unmarshall(dynamodb.NewImage)));
    } catch (error) {
      log.error('projection-failed', error, { sequenceNumber: dynamodb.SequenceNumber });
      return { batchItemFailures: [{ itemIdentifier: dynamodb.SequenceNumber }] };
    }
  }
  return { batchItemFailures: [] };
};
