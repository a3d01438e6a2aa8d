import type { InvokeAsynchronously } from '../lambda/asynchronous.ts';
import type { ServiceContext } from '../service-context.ts';
import type { createSns } from '../sns.ts';
import type { createApiDestinations } from './api-destinations.ts';
import { type BusEvent, type Deliver, rulesOf } from './bus.ts';
import { createRetries, type Failure, type SendMessage } from './retries.ts';
import { kindOf, type Target } from './targets.ts';
import { transform } from './transform.ts';

type Sns = ReturnType<typeof createSns>;
type ApiDestinations = ReturnType<typeof createApiDestinations>;

/** Puts an event on another bus. @returns false when the bus does not exist */
export type Forward = (busArn: string, event: BusEvent) => boolean;

/** The permission that the policy of a resource must grant. */
const ACTIONS = {
  function: 'lambda:InvokeFunction',
  queue: 'sqs:SendMessage',
  topic: 'sns:Publish',
} as const;

/**
 * Delivers to functions, topics, API destinations, to queues by `send` and to other buses by `forward`, with retries and dead letters.
 * @throws StartError for targets that EventBridge could not use
 */
export function createDelivery(
  context: ServiceContext,
  sns: Sns,
  destinations: ApiDestinations,
  invoke: InvokeAsynchronously,
  send: SendMessage,
  forward: Forward,
): Deliver {
  const { resolver, iam, log } = context;
  const attempt = createRetries(context, send);
  for (const { logicalId, properties } of rulesOf(resolver)) {
    for (const target of properties.Targets ?? []) {
      if (kindOf(target.Arn) === 'topic') sns.checkKey(target.Arn);
      if (/^(destination|bus)$/.test(kindOf(target.Arn) ?? ''))
        iam.checkTrust(target.RoleArn ?? '', 'events.amazonaws.com', logicalId);
    }
  }

  /** Whether the resource's policy allows it. */
  function refusal(source: string, action: string, resource: string): Failure | undefined {
    if (iam.serviceMay('events.amazonaws.com', source, { action, resource })) return undefined;
    const what = `${action} on resource: ${resource} for ${source}`;
    const message = `events.amazonaws.com is not authorized to perform: ${what}`;
    return { code: 'NO_PERMISSIONS', message, isTemporary: false };
  }

  const forwarded = new WeakSet<BusEvent>();
  /** Sends to a bus, with the role of the target. An event is forwarded only once. */
  function toBus({ Arn, RoleArn = '' }: Target, event: BusEvent): Failure | undefined {
    const denial = iam.denial(RoleArn, 'events', { action: 'events:PutEvents', resource: Arn });
    if (denial !== undefined) return { code: 'NO_PERMISSIONS', message: denial, isTemporary: false };
    if (forwarded.has(event)) {
      log({ source: 'events', message: `${Arn}: an event of another bus is not sent to a third one` });
      return undefined;
    }
    const copy = { ...event };
    forwarded.add(copy);
    return forward(Arn, copy)
      ? undefined
      : { code: 'NO_RESOURCE', message: 'The event bus does not exist.', isTemporary: false };
  }

  async function receive(source: string, target: Target, event: BusEvent): Promise<Failure | undefined> {
    const { Arn, InputTransformer } = target;
    const kind = kindOf(Arn);
    const input = InputTransformer ? transform(InputTransformer, event) : JSON.stringify(event);
    if (input === undefined)
      return { code: 'INVALID_JSON', message: 'The transformed input is not JSON.', isTemporary: false };
    if (kind === 'destination') return destinations.invoke(target, event, input);
    if (kind === 'bus') return toBus(target, event);
    const refused = refusal(source, ACTIONS[kind ?? 'function'], Arn);
    if (refused) return refused;
    if (kind === 'topic') sns.publish(Arn, input);
    else if (kind === 'queue') await send(Arn, input);
    else await invoke(Arn, event);
    return undefined;
  }

  return async ({ arn, properties: { Targets = [] } }, event) => {
    await Promise.all(
      Targets.map((target) => attempt(arn, target, event, () => receive(arn, target, event))),
    );
  };
}
