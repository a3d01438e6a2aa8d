import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import * as z from 'zod/mini';

const recordSchema = z.object({
  dynamodb: z.object({ SequenceNumber: z.string(), NewImage: z.record(z.string(), z.any()) }),
});
const eventSchema = z.object({ Records: z.array(recordSchema) });

/** Lambda's events are JSON, in which a binary attribute is base64. */
const binary = (value: { readonly B?: unknown }): object =>
  typeof value.B === 'string' ? { B: Buffer.from(value.B, 'base64') } : value;

/** An item of a stream. `sequenceNumber` identifies it in a partial failure. */
export interface StreamedItem {
  readonly sequenceNumber: string;
  readonly item: Readonly<Record<string, unknown>>;
}

/** Reads an event of a table's stream with new images; binary values are read at the top of an item only. @throws ZodError for anything else */
export const readStreamEvent = (event: unknown): StreamedItem[] =>
  eventSchema.parse(event).Records.map(({ dynamodb }) => ({
    sequenceNumber: dynamodb.SequenceNumber,
    item: unmarshall(
      Object.fromEntries(
        Object.entries(dynamodb.NewImage).map(([name, value]) => [name, binary(value) as AttributeValue]),
      ),
    ),
  }));
