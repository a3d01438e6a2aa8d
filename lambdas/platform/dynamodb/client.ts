import { DynamoDBClient } from '@aws-sdk/client-dynamodb';

/** For stores: the SDK itself is imported below `platform` only. */
export type { DynamoDBClient };

/**
 * The one DynamoDB client of a function. The SDK retries three times by default; every write of ours is conditional or
 * idempotent, so that is safe. The time-outs keep one lost packet from costing the 29 s of an integration.
 */
export const dynamodbClient = (): DynamoDBClient =>
  new DynamoDBClient({
    requestHandler: { connectionTimeout: 1_000, requestTimeout: 3_000, throwOnRequestTimeout: true },
  });
