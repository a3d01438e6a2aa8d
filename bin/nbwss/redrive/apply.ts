import { InvokeCommand, type LambdaClient } from '@aws-sdk/client-lambda';
import * as z from 'zod';
import type { StreamEvent } from './failed-batches.ts';

const answerSchema = z.object({
  batchItemFailures: z.array(z.object({ itemIdentifier: z.string() })),
});
const errorSchema = z.object({ errorMessage: z.string() });

/** Lambda refuses larger requests (6 MB); its own batches are below it. */
const MAX_BYTES = 6_000_000;

/** Splits an event that was delivered in one piece and is too large to be sent again. */
const portions = (event: StreamEvent): StreamEvent[] => {
  if (event.Records.length < 2 || Buffer.byteLength(JSON.stringify(event)) <= MAX_BYTES) return [event];
  const middle = Math.ceil(event.Records.length / 2);
  return [event.Records.slice(0, middle), event.Records.slice(middle)].flatMap((Records) =>
    portions({ ...event, Records }),
  );
};

async function invoke(lambda: LambdaClient, FunctionName: string, event: StreamEvent): Promise<void> {
  const { FunctionError, Payload } = await lambda.send(
    new InvokeCommand({ FunctionName, Payload: JSON.stringify(event) }),
  );
  const answer: unknown = JSON.parse(Buffer.from(Payload ?? []).toString() || 'null');
  if (FunctionError !== undefined) {
    const { data } = errorSchema.safeParse(answer);
    throw new Error(`The function failed: ${data?.errorMessage ?? FunctionError}`);
  }
  const { batchItemFailures } = answerSchema.parse(answer);
  const [first] = batchItemFailures;
  if (first) throw new Error(`Record ${first.itemIdentifier} and those after it could not be applied.`);
}

/**
 * Passes an event to the function, which applies each record as if the stream had delivered it. It may be repeated (I-3).
 * @throws Error when a record was not applied
 */
export async function applyEvent(
  lambda: LambdaClient,
  functionName: string,
  event: StreamEvent,
): Promise<void> {
  for (const portion of portions(event)) await invoke(lambda, functionName, portion);
}
