import type { Resolved } from '../assembly/intrinsics.ts';
import { StartError } from '../errors.ts';
import type { Surroundings } from '../services.ts';
import type { RecordedEvent, RuleProperties } from './bus.ts';

type BusEvent = RecordedEvent['event'];

/** A target of a rule: a function or a queue, which receives the whole event. */
export interface Target {
  readonly Arn: string;
}

/** AWS::Lambda::EventInvokeConfig. */
export interface InvokeConfig {
  readonly FunctionName: string;
  readonly MaximumRetryAttempts?: number;
  readonly MaximumEventAgeInSeconds?: number;
}

interface DeliveryOptions extends Pick<Surroundings, 'lambda' | 'iam' | 'clock' | 'log'> {
  readonly functions: readonly Resolved<object>[];
  readonly invokeConfigs: readonly Resolved<InvokeConfig>[];
  /** Puts a message into a queue. Never rejects. */
  readonly send: (queueArn: string, body: string) => Promise<unknown>;
}

/** Waiting before the retries of an asynchronous invocation: one minute, then two. */
const RETRY_MS = 60_000;
const THROTTLED_MS = 1_000;

/** Stops the start for properties that the catalogue lets through but that nothing here carries out. */
export function refuse(logicalId: string, properties: object, names: readonly string[]): void {
  const found = names.find((name) => name in properties);
  if (found) throw new StartError(`${logicalId} has the property ${found}, which is not known here.`);
}

/**
 * Delivers to queues, and to functions with the retries of asynchronous invocations
 * (https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html).
 */
export class Deliveries {
  readonly #options: DeliveryOptions;

  constructor(options: DeliveryOptions) {
    this.#options = options;
    for (const { logicalId, properties } of [...options.functions, ...options.invokeConfigs])
      refuse(logicalId, properties, ['DeadLetterConfig', 'DestinationConfig']);
  }

  /** Hands the event to each target of the rule. Resolves after the first attempts; never rejects. */
  async deliver({ arn, properties }: Resolved<RuleProperties>, event: BusEvent): Promise<void> {
    await Promise.all((properties.Targets ?? []).map((target) => this.#toTarget(arn, target, event)));
  }

  async #toTarget(ruleArn: string, { Arn: resource }: Target, event: BusEvent): Promise<void> {
    const { iam, clock, log, send } = this.#options;
    const action = resource.includes(':sqs:') ? 'sqs:SendMessage' : 'lambda:InvokeFunction';
    if (!iam.serviceMay('events.amazonaws.com', ruleArn, { action, resource })) {
      const what = `perform: ${action} on resource: ${resource} for ${ruleArn}`;
      log({ source: 'events', message: `events.amazonaws.com is not authorized to ${what}` });
    } else if (action === 'sqs:SendMessage') {
      await send(resource, JSON.stringify(event));
    } else {
      await this.#invoke(resource, event, 0, clock.now());
    }
  }

  /** One attempt, after `attempts` that failed; `since`: when the event came, ms. */
  async #invoke(functionArn: string, event: BusEvent, attempts: number, since: number): Promise<void> {
    const { lambda, clock, log, invokeConfigs } = this.#options;
    const result = await lambda.invoke(functionArn, event);
    if (result.ok) return;
    log({ source: 'events', message: `${functionArn}: ${result.errorType}: ${result.errorMessage}` });
    const config = invokeConfigs.find(({ properties: { FunctionName } }) =>
      `:${functionArn}`.endsWith(`:${FunctionName}`),
    );
    const { MaximumRetryAttempts = 2, MaximumEventAgeInSeconds = 21_600 } = config?.properties ?? {};
    // Throttled attempts do not count; they are repeated until the event is too old.
    const throttled = result.failure === 'throttled';
    const failed = throttled ? attempts : attempts + 1;
    const wait = throttled ? THROTTLED_MS : RETRY_MS * failed;
    const isTooOld = clock.now() + wait - since > MaximumEventAgeInSeconds * 1000;
    if (failed <= MaximumRetryAttempts && !isTooOld)
      clock.setTimeout(() => void this.#invoke(functionArn, event, failed, since), wait);
  }
}
