import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { timeouts } from '../timeouts.ts';

/** For stores: only `platform` imports the SDK. */
export type { DynamoDBClient };

/**
 * The only DynamoDB client of a function. The SDK makes up to three attempts, which is safe: each write is conditional or
 * idempotent. The time-outs limit what one lost packet costs of the integration's 29 s.
 */
export const dynamodbClient = (): DynamoDBClient =>
  new DynamoDBClient({
    requestHandler: timeouts(),
  });
