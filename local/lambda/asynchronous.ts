import { randomUUID } from 'node:crypto';
import type { FailedInvoke } from '../../gateway/types.ts';
import { StartError } from '../errors.ts';
import type { SendMessage } from '../events/retries.ts';
import type { ServiceContext } from '../service-context.ts';
import { type FunctionSpec, isFunction } from '../types.ts';

/** AWS::Lambda::EventInvokeConfig by the CloudFormation reference. */
interface InvokeConfig {
  readonly FunctionName: string;
  /** The name of an alias; `$LATEST` for the function itself. */
  readonly Qualifier: string;
  readonly MaximumRetryAttempts?: number;
  readonly MaximumEventAgeInSeconds?: number;
  readonly DestinationConfig?: { readonly OnFailure?: { readonly Destination: string } };
}

/** AWS::Lambda::Function: a queue for events that it does not process. */
interface FunctionProperties {
  readonly DeadLetterConfig?: { readonly TargetArn: string };
}

/** Resolves after the first attempt; never rejects. */
export type InvokeAsynchronously = (functionArn: string, payload: unknown) => Promise<void>;

/** Delays before the retries of an asynchronous invocation: one minute, then two. */
const RETRY_MS = 60_000;
const THROTTLED_MS = 1_000;

/**
 * Asynchronous invocations, with their retries (https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html) and
 * the queue for events that are given up (https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html).
 * @throws StartError for another destination
 */
export function createAsynchronousInvocation(
  { resolver, model, iam, lambda, clock, activity, log }: ServiceContext,
  send: SendMessage,
): InvokeAsynchronously {
  const functions = resolver.all<FunctionProperties>('AWS::Lambda::Function');
  const configs = resolver.all<InvokeConfig>('AWS::Lambda::EventInvokeConfig');
  for (const { logicalId, properties } of configs) {
    const destination = properties.DestinationConfig?.OnFailure?.Destination;
    if (destination !== undefined && !resolver.all('AWS::SQS::Queue').some(({ arn }) => arn === destination))
      throw new StartError(
        `${logicalId} has the failure destination ${destination}, which is not a queue here.`,
      );
  }
  const report = (message: string) => log({ source: 'events', message });

  const configOf = (arn: string) =>
    configs.find(({ properties: { FunctionName, Qualifier } }) => {
      const name = Qualifier === '$LATEST' ? FunctionName : `${FunctionName}:${Qualifier}`;
      return `:${arn}`.endsWith(`:${name}`);
    })?.properties;

  /** With the permissions of the function. */
  async function sendAs(
    { roleArn, functionName }: FunctionSpec,
    resource: string,
    body: unknown,
    attributes?: Readonly<Record<string, string>>,
  ): Promise<void> {
    const denied = iam.denial(roleArn, functionName, { action: 'sqs:SendMessage', resource });
    if (denied) report(denied);
    else await send(resource, JSON.stringify(body), attributes);
  }

  /** Sends to the queue of dead letters, which gets the event, and to the destination, which gets a record of the failure. */
  async function giveUp(
    arn: string,
    requestPayload: unknown,
    { errorType, errorMessage }: FailedInvoke,
    condition: 'RetriesExhausted' | 'EventAgeExceeded',
    approximateInvokeCount: number,
  ): Promise<void> {
    const fn = model.functions.find(isFunction(arn));
    if (!fn) return;
    const deadLetters = functions.find((one) => one.arn === fn.arn)?.properties.DeadLetterConfig?.TargetArn;
    if (deadLetters !== undefined)
      await sendAs(fn, deadLetters, requestPayload, { ErrorMessage: errorMessage });
    const destination = configOf(arn)?.DestinationConfig?.OnFailure?.Destination;
    if (destination === undefined) return;
    const context = {
      requestId: randomUUID(),
      functionArn: `${arn}:$LATEST`,
      condition,
      approximateInvokeCount,
    };
    const record = {
      version: '1.0',
      timestamp: new Date(clock.now()).toISOString(),
      requestContext: context,
      requestPayload,
      responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
      responsePayload: { errorType, errorMessage },
    };
    await sendAs(fn, destination, record);
  }

  /** Makes one attempt, after `attempts` failed ones; `since`: time of the event, ms. */
  async function attempt(arn: string, payload: unknown, attempts: number, since: number): Promise<void> {
    const result = await lambda.invoke(arn, payload);
    if (result.ok) return;
    report(`${arn}: ${result.errorType}: ${result.errorMessage}`);
    const { MaximumRetryAttempts = 2, MaximumEventAgeInSeconds = 21_600 } = configOf(arn) ?? {};
    // Throttled attempts are not counted: they are repeated until the event is too old.
    const throttled = result.failure === 'throttled';
    const failed = throttled ? attempts : attempts + 1;
    const wait = throttled ? THROTTLED_MS : RETRY_MS * failed;
    const isTooOld = clock.now() + wait - since > MaximumEventAgeInSeconds * 1000;
    if (failed > MaximumRetryAttempts) return giveUp(arn, payload, result, 'RetriesExhausted', failed);
    if (isTooOld) return giveUp(arn, payload, result, 'EventAgeExceeded', failed);
    clock.setTimeout(() => void activity.during(attempt(arn, payload, failed, since)), wait);
  }

  return (arn, payload) => attempt(arn, payload, 0, clock.now());
}
