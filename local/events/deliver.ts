import type { ServiceContext } from '../service-context.ts';
import type { BusEvent, Deliver } from './bus.ts';

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
 * Delivers to queues by `send`, and to functions with the retries of asynchronous invocations
 * (https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html).
 */
export function createDelivery(
  { resolver, iam, lambda, clock, log }: ServiceContext,
  send: (queueArn: string, body: string) => Promise<unknown>,
): Deliver {
  const configs = resolver.all<InvokeConfig>('AWS::Lambda::EventInvokeConfig');
  const report = (message: string) => log({ source: 'events', message });

  /** One attempt, after `attempts` failed ones; `since`: time of the event, ms. */
  async function invoke(arn: string, event: BusEvent, attempts = 0, since = clock.now()): Promise<void> {
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
      clock.setTimeout(() => void invoke(arn, event, failed, since), wait);
  }

  async function toTarget(source: string, resource: string, event: BusEvent): Promise<void> {
    const action = resource.includes(':sqs:') ? 'sqs:SendMessage' : 'lambda:InvokeFunction';
    if (!iam.serviceMay('events.amazonaws.com', source, { action, resource })) {
      const what = `${action} on resource: ${resource} for ${source}`;
      report(`events.amazonaws.com is not authorized to perform: ${what}`);
    } else if (action === 'sqs:SendMessage') await send(resource, JSON.stringify(event));
    else await invoke(resource, event);
  }

  return async ({ arn, properties: { Targets = [] } }, event) => {
    await Promise.all(Targets.map((target) => toTarget(arn, target.Arn, event)));
  };
}
