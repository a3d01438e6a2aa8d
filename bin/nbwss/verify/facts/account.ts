/** The account's quota of concurrent executions, which is lower in a young account. */
import { GetAccountSettingsCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { type Fact, NotMeasured } from '../fact.ts';

/** Returns the account's concurrent executions, unreserved ones in brackets. @throws NotMeasured without AWS credentials */
export type ReadConcurrency = () => Promise<string>;

const HAS_CREDENTIALS = [
  'AWS_ACCESS_KEY_ID',
  'AWS_PROFILE',
  'AWS_WEB_IDENTITY_TOKEN_FILE',
  'AWS_CONTAINER_CREDENTIALS_RELATIVE_URI',
  'AWS_CONTAINER_CREDENTIALS_FULL_URI',
];

export const readConcurrency: ReadConcurrency = async () => {
  if (!HAS_CREDENTIALS.some((name) => process.env[name]))
    throw new NotMeasured('There are no AWS credentials (AWS_PROFILE, AWS_REGION).');
  const client = new LambdaClient({ maxAttempts: 2 });
  try {
    const { AccountLimit } = await client.send(new GetAccountSettingsCommand({}));
    return `${AccountLimit?.ConcurrentExecutions} (${AccountLimit?.UnreservedConcurrentExecutions} not reserved)`;
  } catch (error) {
    throw new NotMeasured(`The account's settings cannot be read: ${(error as Error).name}.`);
  } finally {
    client.destroy();
  }
};

export const accountFacts: readonly Fact<ReadConcurrency>[] = [
  {
    id: 'account-concurrency',
    question: 'How many functions may run at the same time in this account and Region?',
    consequence:
      'With 10, as in a young account, request a higher quota ("Concurrent executions", Service Quotas) before domains connect, then set notifyReservedConcurrency (docs/deploy.md).',
    measure: (read) => read(),
  },
];
