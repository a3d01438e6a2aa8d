import type { Resolved } from '../assembly/intrinsics.ts';
import type { Clock } from '../clock.ts';
import type { Iam } from '../front-door/iam.ts';
import type { InvokeResult, LambdaService, LocalLog } from '../types.ts';

/** A target of a rule or schedule, by the CloudFormation reference. */
export interface Target {
  readonly Arn: string;
  readonly Input?: string;
  readonly InputPath?: string;
  readonly RoleArn?: string;
  readonly DeadLetterConfig?: { readonly Arn?: string };
}

/** AWS::Lambda::EventInvokeConfig. */
export interface InvokeConfig {
  readonly FunctionName: string;
  readonly MaximumRetryAttempts?: number;
  readonly MaximumEventAgeInSeconds?: number;
  readonly DestinationConfig?: { readonly OnFailure?: { readonly Destination: string } };
}

export interface DeliveryOptions {
  readonly lambda: LambdaService;
  readonly iam: Iam;
  readonly clock: Clock;
  readonly log: LocalLog;
  readonly functions: readonly Resolved<{ readonly DeadLetterConfig?: { readonly TargetArn?: string } }>[];
  readonly invokeConfigs: readonly Resolved<InvokeConfig>[];
  /** Puts a message into a queue. */
  readonly send: (queueArn: string, body: string) => Promise<unknown>;
}

/** Waiting before the retries of an asynchronous invocation: one minute, then two. */
const RETRY_MS = 60_000;
const THROTTLED_MS = 1_000;

/**
 * Delivers to functions, asynchronously with Lambda's retries
 * (https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html), and to queues.
 */
export class Deliveries {
  readonly #options: DeliveryOptions;

  constructor(options: DeliveryOptions) {
    this.#options = options;
  }

  /** `source`: ARN of the rule or schedule. Resolves after the first attempt; never rejects. */
  async deliver(source: string, { Arn, RoleArn, DeadLetterConfig }: Target, payload: unknown): Promise<void> {
    const { iam, log, send } = this.#options;
    const toQueue = Arn.includes(':sqs:');
    const access = { action: toQueue ? 'sqs:SendMessage' : 'lambda:InvokeFunction', resource: Arn };
    const what = `perform: ${access.action} on resource: ${Arn}`;
    const allowed = RoleArn ? undefined : iam.serviceMay('events.amazonaws.com', source, access);
    const denial = RoleArn
      ? iam.denial(RoleArn, 'schedule', access)
      : !allowed && `events.amazonaws.com is not authorized to ${what} for ${source}`;
    if (denial) {
      log({ source: 'events', message: denial });
      if (DeadLetterConfig?.Arn) await send(DeadLetterConfig.Arn, JSON.stringify(payload));
    } else if (toQueue) {
      await send(Arn, JSON.stringify(payload));
    } else {
      await this.#invoke(Arn, payload, 0, this.#options.clock.now());
    }
  }

  /** An asynchronous invocation, for the time after `attempts` that failed. */
  async #invoke(functionArn: string, payload: unknown, attempts: number, since: number): Promise<void> {
    const { lambda, clock, log, functions, invokeConfigs, send } = this.#options;
    const result = await lambda.invoke(functionArn, payload);
    if (result.ok) return;
    log({ source: 'events', message: `${functionArn}: ${result.errorType}: ${result.errorMessage}` });
    const fn = functions.find(({ arn }) => arn === functionArn);
    const config = invokeConfigs.find(({ properties: { FunctionName } }) =>
      [fn?.name, functionArn].includes(FunctionName),
    )?.properties;
    const { MaximumRetryAttempts = 2, MaximumEventAgeInSeconds = 21_600, DestinationConfig } = config ?? {};
    // Throttled attempts do not count; they are repeated until the event is too old.
    const throttled = result.failure === 'throttled';
    const failed = throttled ? attempts : attempts + 1;
    const wait = throttled ? THROTTLED_MS : RETRY_MS * failed;
    const tooOld = clock.now() + wait - since > MaximumEventAgeInSeconds * 1000;
    if (failed <= MaximumRetryAttempts && !tooOld) {
      clock.setTimeout(() => void this.#invoke(functionArn, payload, failed, since), wait);
      return;
    }
    const dead = DestinationConfig?.OnFailure?.Destination ?? fn?.properties.DeadLetterConfig?.TargetArn;
    if (dead) await send(dead, JSON.stringify({ requestPayload: payload, responsePayload: failure(result) }));
  }
}

const failure = ({ errorType, errorMessage }: Extract<InvokeResult, { ok: false }>) => ({
  errorType,
  errorMessage,
});
