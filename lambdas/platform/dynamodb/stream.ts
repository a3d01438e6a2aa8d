import { unmarshall } from '@aws-sdk/util-dynamodb';
import * as z from 'zod/mini';

const recordSchema = z.object({
  dynamodb: z.object({ SequenceNumber: z.string(), NewImage: z.record(z.string(), z.any()) }),
});
const eventSchema = z.object({ Records: z.array(recordSchema) });

/** An item of a stream. `sequenceNumber` identifies it in a partial failure. */
export interface StreamedItem {
  readonly sequenceNumber: string;
  readonly item: Readonly<Record<string, unknown>>;
}

/** Reads an event of a table's stream with new images. @throws ZodError for anything else */
export const readStreamEvent = (event: unknown): StreamedItem[] =>
  eventSchema.parse(event).Records.map(({ dynamodb }) => ({
    sequenceNumber: dynamodb.SequenceNumber,
    item: unmarshall(dynamodb.NewImage),
  }));
