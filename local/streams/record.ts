import { createHash } from 'node:crypto';
import { itemSize, keyOf } from '../dynamodb/size.ts';
import type { Change } from '../dynamodb/store.ts';

/** A record as Lambda receives it from a DynamoDB stream. */
export type StreamRecord = ReturnType<typeof recordOf>;

/** @param ms when the change was made, epoch ms */
export function recordOf(
  change: Change,
  SequenceNumber: string,
  awsRegion: string,
  ms: number,
  byService: boolean,
) {
  const { old, new: now, table } = change;
  const { streamViewType: StreamViewType = '', streamArn: eventSourceARN } = table;
  const Keys = keyOf(table.keySchema, now ?? old ?? {});
  const images = {
    ...(now && /NEW/.test(StreamViewType) ? { NewImage: now } : {}),
    ...(old && /OLD/.test(StreamViewType) ? { OldImage: old } : {}),
  };
  const SizeBytes = [Keys, ...Object.values(images)].reduce((sum, image) => sum + itemSize(image), 0);
  const data = { Keys, ...images, SequenceNumber, SizeBytes, StreamViewType };
  const eventID = createHash('md5').update(eventSourceARN + SequenceNumber);
  return {
    eventID: eventID.digest('hex'),
    eventName: !old ? 'INSERT' : now ? 'MODIFY' : 'REMOVE',
    eventVersion: '1.1',
    eventSource: 'aws:dynamodb',
    awsRegion,
    dynamodb: { ApproximateCreationDateTime: Math.floor(ms / 1000), ...data },
    eventSourceARN,
    ...(byService ? { userIdentity: { type: 'Service', principalId: 'dynamodb.amazonaws.com' } } : {}),
  };
}
