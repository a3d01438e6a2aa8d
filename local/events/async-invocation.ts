import type { ServiceContext } from '../service-context.ts';
import type { BusEvent } from './bus.ts';

/** AWS::Lambda::EventInvokeConfig by the CloudFormation reference. */
interface InvokeConfig {
  readonly FunctionName: string;
  /** Of an alias; `$LATEST` for the function itself. */
  readonly Qualifier: string;
  readonly MaximumRetryAttempts?: number;
  readonly MaximumEventAgeInSeconds?: number;
}

/** Delays before the retries of an asynchronous invocation: one minute, then two. */
const RETRY_MS = 60_000;
const THROTTLED_MS = 1_000;

/**
 * Invokes functions with the retries of asynchronous invocations
 * (https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html). Resolves after the first attempt.
 */
export function createAsyncInvocation({ resolver, lambda, clock, log }: ServiceContext) {
  const configs = resolver.all<InvokeConfig>('AWS::Lambda::EventInvokeConfig');

  /** One attempt, after `attempts` failed ones; `since`: time of the event, ms. */
  return async function invoke(
    arn: string,
    event: BusEvent,
    attempts = 0,
    since = clock.now(),
  ): Promise<void> {
    const result = await lambda.invoke(arn, event);
    if (result.ok) return;
    log({ source: 'events', message: `${arn}: ${result.errorType}: ${result.errorMessage}` });
    const config = configs.find(({ properties: { FunctionName, Qualifier } }) => {
      const name = Qualifier === '$LATEST' ? FunctionName : `${FunctionName}:${Qualifier}`;
      return `:${arn}`.endsWith(`:${name}`);
    });
    const { MaximumRetryAttempts = 2, MaximumEventAgeInSeconds = 21_600 } = config?.properties ?? {};
    // Throttled attempts are not counted: they are repeated until the event is too old.
    const throttled = result.failure === 'throttled';
    const failed = throttled ? attempts : attempts + 1;
    const wait = throttled ? THROTTLED_MS : RETRY_MS * failed;
    const isTooOld = clock.now() + wait - since > MaximumEventAgeInSeconds * 1000;
    if (failed <= MaximumRetryAttempts && !isTooOld)
      clock.setTimeout(() => void invoke(arn, event, failed, since), wait);
  };
}
