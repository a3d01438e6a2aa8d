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

/**
 * Delivers to functions by `invoke`, and to queues by `send`, once; to topics and API destinations with retries and dead letters.
 * @throws StartError for targets that EventBridge could not use
 */
export function createDelivery(
  context: ServiceContext,
  sns: Sns,
  destinations: ApiDestinations,
  invoke: InvokeAsynchronously,
  send: SendMessage,
): Deliver {
  const { resolver, iam, log } = context;
  const attempt = createRetries(context, send);
  for (const { logicalId, properties } of rulesOf(resolver)) {
    for (const target of properties.Targets ?? []) {
      if (kindOf(target.Arn) === 'topic') sns.checkKey(target.Arn);
      if (kindOf(target.Arn) === 'destination') destinations.checkRole(logicalId, target);
    }
  }

  /** Whether the resource's policy allows it. */
  function refusal(source: string, action: string, resource: string): Failure | undefined {
    if (iam.serviceMay('events.amazonaws.com', source, { action, resource })) return undefined;
    const what = `${action} on resource: ${resource} for ${source}`;
    const message = `events.amazonaws.com is not authorized to perform: ${what}`;
    return { code: 'NO_PERMISSIONS', message, isTemporary: false };
  }

  async function once(source: string, { Arn }: Target, event: BusEvent): Promise<void> {
    const isQueue = kindOf(Arn) === 'queue';
    const refused = refusal(source, isQueue ? 'sqs:SendMessage' : 'lambda:InvokeFunction', Arn);
    if (refused) log({ source: 'events', message: refused.message });
    else if (isQueue) await send(Arn, JSON.stringify(event));
    else await invoke(Arn, event);
  }

  async function receive(source: string, target: Target, event: BusEvent): Promise<Failure | undefined> {
    const { Arn, InputTransformer } = target;
    const input = InputTransformer ? transform(InputTransformer, event) : JSON.stringify(event);
    if (input === undefined)
      return { code: 'INVALID_JSON', message: 'The transformed input is not JSON.', isTemporary: false };
    if (kindOf(Arn) === 'destination') return destinations.invoke(target, event, input);
    const refused = refusal(source, 'sns:Publish', Arn);
    if (!refused) sns.publish(Arn, input);
    return refused;
  }

  return async ({ arn, properties: { Targets = [] } }, event) => {
    await Promise.all(
      Targets.map((target) =>
        /^(topic|destination)$/.test(kindOf(target.Arn) ?? '')
          ? attempt(arn, target, event, () => receive(arn, target, event))
          : once(arn, target, event),
      ),
    );
  };
}
