import type { ServiceContext } from '../service-context.ts';
import type { BusEvent } from './bus.ts';
import type { Target } from './targets.ts';

/** Why an event was not delivered; `code` as in the message attribute `ERROR_CODE`. */
export interface Failure {
  readonly code: string;
  readonly message: string;
  /** Whether a later attempt may succeed. */
  readonly isTemporary: boolean;
}

export type SendMessage = (
  queueArn: string,
  body: string,
  attributes?: Readonly<Record<string, string>>,
) => Promise<unknown>;

/** EventBridge's default policy. AWS does not document the waits: here twice as long each time, up to ten minutes. */
const RETRIES = 185;
const AGE_SECONDS = 86_400;
const FIRST_WAIT_MS = 1_000;
const MAX_WAIT_MS = 600_000;

const waitAfter = (retries: number): number => Math.min(FIRST_WAIT_MS * 2 ** retries, MAX_WAIT_MS);

/**
 * Repeats failed deliveries for a time, and then sends them to the target's dead-letter queue
 * (https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html).
 */
export function createRetries({ clock, activity, iam, log }: ServiceContext, send: SendMessage) {
  const report = (message: string) => log({ source: 'events', message });

  async function toDeadLetters(
    ruleArn: string,
    { Arn, DeadLetterConfig }: Target,
    event: BusEvent,
    attributes: Readonly<Record<string, string>>,
  ): Promise<void> {
    const queue = DeadLetterConfig?.Arn;
    const access = { action: 'sqs:SendMessage', resource: queue ?? '' };
    if (queue === undefined) report(`${Arn}: the event ${event.id} is dropped`);
    else if (!iam.serviceMay('events.amazonaws.com', ruleArn, access))
      report(`events.amazonaws.com is not authorized to send to the dead-letter queue ${queue}`);
    else await send(queue, JSON.stringify(event), { RULE_ARN: ruleArn, TARGET_ARN: Arn, ...attributes });
  }

  /** @param retries how many retries so far @param since time of the first attempt, ms */
  async function attempt(
    ruleArn: string,
    target: Target,
    event: BusEvent,
    deliver: () => Promise<Failure | undefined>,
    retries = 0,
    since = clock.now(),
  ): Promise<void> {
    const failure = await deliver();
    if (!failure) return;
    report(`${target.Arn}: ${failure.code}: ${failure.message}`);
    const { MaximumRetryAttempts = RETRIES, MaximumEventAgeInSeconds = AGE_SECONDS } =
      target.RetryPolicy ?? {};
    const wait = waitAfter(retries);
    const exhausted =
      (retries >= MaximumRetryAttempts && 'MaximumRetryAttempts') ||
      (clock.now() + wait - since > MaximumEventAgeInSeconds * 1000 && 'MaximumEventAgeInSeconds');
    if (failure.isTemporary && !exhausted) {
      const again = () => attempt(ruleArn, target, event, deliver, retries + 1, since);
      clock.setTimeout(() => void activity.during(again()), wait);
      return;
    }
    await toDeadLetters(ruleArn, target, event, {
      ERROR_CODE: failure.code,
      ERROR_MESSAGE: failure.message,
      RETRY_ATTEMPTS: String(retries),
      ...(failure.isTemporary && exhausted && { EXHAUSTED_RETRY_CONDITION: exhausted }),
    });
  }

  return attempt;
}
