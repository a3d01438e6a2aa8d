import type { ServiceContext } from '../service-context.ts';
import { isFunction } from '../types.ts';
import type { BusEvent } from './bus.ts';
import type { SendMessage } from './retries.ts';

/** AWS::Lambda::EventInvokeConfig by the CloudFormation reference. */
interface InvokeConfig {
  readonly FunctionName: string;
  /** Of an alias; `$LATEST` for the function itself. */
  readonly Qualifier: string;
  readonly MaximumRetryAttempts?: number;
  readonly MaximumEventAgeInSeconds?: number;
}

/** AWS::Lambda::Function: a queue for events that it does not process. */
interface FunctionProperties {
  readonly DeadLetterConfig?: { readonly TargetArn: string };
}

/** Delays before the retries of an asynchronous invocation: one minute, then two. */
const RETRY_MS = 60_000;
const THROTTLED_MS = 1_000;

/**
 * Invokes functions with the retries of asynchronous invocations
 * (https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html). Resolves after the first attempt.
 */
export function createAsyncInvocation(
  { resolver, model, iam, lambda, clock, activity, log }: ServiceContext,
  send: SendMessage,
) {
  const report = (message: string) => log({ source: 'events', message });
  const functions = resolver.all<FunctionProperties>('AWS::Lambda::Function');
  const configs = resolver.all<InvokeConfig>('AWS::Lambda::EventInvokeConfig');

  /** Lambda sends the event itself, with the permissions of the function. */
  async function toDeadLetters(arn: string, event: BusEvent, ErrorMessage: string): Promise<void> {
    const fn = model.functions.find(isFunction(arn));
    const resource = functions.find((one) => one.arn === fn?.arn)?.properties.DeadLetterConfig?.TargetArn;
    if (!fn || resource === undefined) return;
    const denial = iam.denial(fn.roleArn, fn.functionName, { action: 'sqs:SendMessage', resource });
    if (denial === undefined) await send(resource, JSON.stringify(event), { ErrorMessage });
    else report(denial);
  }

  /** One attempt, after `attempts` failed ones; `since`: time of the event, ms. */
  return async function invoke(
    arn: string,
    event: BusEvent,
    attempts = 0,
    since = clock.now(),
  ): Promise<void> {
    const result = await lambda.invoke(arn, event);
    if (result.ok) return;
    report(`${arn}: ${result.errorType}: ${result.errorMessage}`);
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
      clock.setTimeout(() => void activity.during(invoke(arn, event, failed, since)), wait);
    else await toDeadLetters(arn, event, result.errorMessage);
  };
}
