import {
  DeleteObjectCommand,
  GetObjectCommand,
  paginateListObjectsV2,
  type S3Client,
} from '@aws-sdk/client-s3';
import * as z from 'zod';

/** What Lambda stores for an invocation that it gave up: the event as JSON text. AWS does not document that; an object is accepted too. */
const invocationSchema = z.object({ payload: z.union([z.string(), z.looseObject({})]) });
const eventSchema = z.looseObject({
  Records: z.array(z.looseObject({ dynamodb: z.looseObject({ SequenceNumber: z.string() }) })).min(1),
});

/** An event of the stream, as the function gets it. */
export type StreamEvent = z.infer<typeof eventSchema>;

/** The keys of all objects, the oldest first. */
export async function listBatches(s3: S3Client, Bucket: string): Promise<string[]> {
  const found: { key: string; at: number }[] = [];
  for await (const { Contents = [] } of paginateListObjectsV2({ client: s3 }, { Bucket })) {
    for (const { Key, LastModified } of Contents)
      if (Key !== undefined) found.push({ key: Key, at: LastModified?.getTime() ?? 0 });
  }
  return found.sort((a, b) => a.at - b.at || (a.key < b.key ? -1 : 1)).map(({ key }) => key);
}

/** @throws Error when the object is not an invocation that Lambda has given up */
export async function readBatch(s3: S3Client, Bucket: string, Key: string): Promise<StreamEvent> {
  const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
  const text = (await Body?.transformToString()) ?? '';
  try {
    const { payload } = invocationSchema.parse(JSON.parse(text));
    return eventSchema.parse(typeof payload === 'string' ? JSON.parse(payload) : payload);
  } catch (cause) {
    throw new Error('It is not a batch that Lambda has stored.', { cause });
  }
}

export const deleteBatch = async (s3: S3Client, Bucket: string, Key: string): Promise<void> => {
  await s3.send(new DeleteObjectCommand({ Bucket, Key }));
};
