/** Creates an API key with AWS credentials: only they can create the first one. */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { notValid } from '../../lambdas/http/app.ts';
import { keyRequestSchema } from '../../lambdas/http/keys/key-view.ts';
import { createKey, KeysStore } from '../../lambdas/http/keys-store.ts';
import type { Scope } from '../../lambdas/http/rights.ts';
import { seconds, systemClock } from '../../lambdas/platform/clock.ts';
import { omitUndefined } from '../../lambdas/platform/omit-undefined.ts';
import { explainAwsError } from './aws-error.ts';
import { wholeNumber } from './whole-number.ts';

/** The same limit as in the API. */
const MAX_DAYS = 3_650;
export const DEFAULT_DAYS = 90;

/** Parses how many days a key is valid. */
export const daysOf = wholeNumber(1, MAX_DAYS);

export interface NewKey {
  readonly scopes: Scope[];
  /** All groups by default, unless there are labels. */
  readonly groups?: string[] | undefined;
  readonly labels?: Readonly<Record<string, string>> | undefined;
  readonly addresses?: string[] | undefined;
  readonly description?: string | undefined;
  readonly days: number;
}

/** Refuses the same as the API: a key with an invalid address would be stored, and then fail each of its requests. */
const check = ({ scopes, groups, labels, addresses, description, days }: NewKey): void => {
  const wanted = omitUndefined({ scopes, groups, labels, addresses, description, validDays: days });
  const { error } = keyRequestSchema.safeParse(wanted);
  if (error) throw new Error(`The key is not valid: ${notValid(error).message}`);
};

/** @returns the key. @throws Error that says what to do */
export const createKeyInTable = async (
  table: string,
  wanted: NewKey,
  aws: { readonly region?: string } = {},
): Promise<string> => {
  check(wanted);
  const { scopes, labels, groups = labels ? [] : ['*'], addresses, description, days } = wanted;
  const now = systemClock();
  const expiresAt = seconds(now) + days * 86_400;
  const { key, stored } = createKey(
    { scopes, groups, ...omitUndefined({ labels, addresses, description }), expiresAt },
    now,
  );
  const client = new DynamoDBClient(aws);
  try {
    await new KeysStore(client, table, systemClock).create(stored);
  } catch (error) {
    const how = 'This command uses your AWS credentials and Region (AWS_PROFILE, AWS_REGION).';
    throw new Error(`The key could not be stored: ${explainAwsError(error).message}. ${how}`);
  } finally {
    client.destroy();
  }
  return key;
};
