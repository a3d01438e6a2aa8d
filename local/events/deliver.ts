import { unqualified } from '../assembly/names.ts';
import type { RetrySpec, TargetSpec } from '../assembly/specs.ts';
import type { Clock } from '../clock.ts';
import type { Iam } from '../front-door/iam.ts';
import type { InvokeResult, LambdaService, LocalLog } from '../types.ts';

export interface DeliveryOptions {
  readonly lambda: LambdaService;
  readonly iam: Iam;
  readonly clock: Clock;
  readonly log: LocalLog;
  /** By function ARN. */
  readonly invokeConfigs: ReadonlyMap<string, RetrySpec>;
  /** Puts a message into a queue. */
  readonly send: (queueArn: string, body: string) => Promise<unknown>;
}

/** Who delivers: a rule in its own name, or a schedule with a role. */
export interface Sender {
  readonly service: 'events.amazonaws.com' | 'scheduler.amazonaws.com';
  /** ARN of the rule or schedule. */
  readonly arn: string;
  readonly target: TargetSpec;
}

/**
 * Delivers to functions, asynchronously with retries as Lambda's event queue makes them (after one minute, then two:
 * https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html), and to queues.
 */
export class Deliveries {
  readonly #options: DeliveryOptions;

  constructor(options: DeliveryOptions) {
    this.#options = options;
  }

  /** Resolves after the first attempt; never rejects. */
  async deliver(sender: Sender, payload: unknown): Promise<void> {
    const { iam, log, send } = this.#options;
    const { service, arn, target } = sender;
    const toQueue = target.arn.includes(':sqs:');
    const action = toQueue ? 'sqs:SendMessage' : 'lambda:InvokeFunction';
    const access = { action, resource: target.arn };
    const denial = target.roleArn
      ? iam.denial(target.roleArn, 'schedule', access)
      : iam.serviceMay(service, arn, access)
        ? undefined
        : `${service} is not authorized to perform: ${action} on resource: ${target.arn} for ${arn}`;
    if (denial) {
      log({ source: 'events', message: denial });
      if (target.retry.deadLetter) await this.#deadLetter(target.retry.deadLetter, payload, denial);
    } else if (toQueue) {
      await send(target.arn, JSON.stringify(payload));
    } else {
      await this.invoke(unqualified(target.arn), payload);
    }
  }

  /** An asynchronous invocation. Resolves after the first attempt. */
  async invoke(
    functionArn: string,
    payload: unknown,
    attempt = 0,
    since = this.#options.clock.now(),
  ): Promise<void> {
    const { lambda, clock, invokeConfigs, log } = this.#options;
    const result = await lambda.invoke(functionArn, payload);
    if (result.ok) return;
    const config = invokeConfigs.get(functionArn);
    const throttled = result.failure === 'throttled';
    // Throttled attempts do not count; they are repeated until the event is too old.
    const next = throttled ? attempt : attempt + 1;
    const wait = throttled ? 1_000 : 60_000 * next;
    const tooOld = clock.now() + wait - since > (config?.maximumAgeSeconds ?? 21_600) * 1000;
    log({ source: 'lambda', message: `${functionArn}: ${result.errorType}: ${result.errorMessage}` });
    if (next <= (config?.maximumRetryAttempts ?? 2) && !tooOld) {
      clock.setTimeout(() => void this.invoke(functionArn, payload, next, since), wait);
    } else if (config?.deadLetter) {
      await this.#deadLetter(config.deadLetter, {
        requestPayload: payload,
        responsePayload: failure(result),
      });
    }
  }

  async #deadLetter(queueArn: string, payload: unknown, why?: string): Promise<void> {
    if (why) this.#options.log({ source: 'events', message: `dead letter: ${why}` });
    await this.#options.send(queueArn, JSON.stringify(payload));
  }
}

const failure = (result: InvokeResult) =>
  result.ok ? undefined : { errorType: result.errorType, errorMessage: result.errorMessage };
