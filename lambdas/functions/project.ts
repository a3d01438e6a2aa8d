/** The function behind the journal's stream. */
import { readStreamEvent } from '../platform/dynamodb/stream.ts';
import { createLog } from '../platform/logger.ts';
import { applyBatch } from '../reports/apply-batch.ts';
import { evaluateRecorded } from '../reports/problems/evaluate-recorded.ts';
import { applyContext, evaluateContext } from './dependencies.ts';

const log = createLog('project');
const context = applyContext(log, evaluateRecorded(evaluateContext(log)));

/** Reports the first record that failed: the stream delivers again from that record. */
export const handler = async (
  event: unknown,
): Promise<{ batchItemFailures: { itemIdentifier: string }[] }> => {
  const failed = await applyBatch(context, readStreamEvent(event));
  return { batchItemFailures: failed === undefined ? [] : [{ itemIdentifier: failed }] };
};
