import type { InvokeAsynchronously } from '../lambda/asynchronous.ts';
import type { ServiceContext } from '../service-context.ts';
import type { BusEvent, Deliver } from './bus.ts';

/** Delivers to queues by `send`, and to functions by `invoke`. */
export function createDelivery(
  { iam, log }: ServiceContext,
  invoke: InvokeAsynchronously,
  send: (queueArn: string, body: string) => Promise<unknown>,
): Deliver {
  async function toTarget(source: string, resource: string, event: BusEvent): Promise<void> {
    const action = resource.includes(':sqs:') ? 'sqs:SendMessage' : 'lambda:InvokeFunction';
    if (!iam.serviceMay('events.amazonaws.com', source, { action, resource })) {
      const what = `${action} on resource: ${resource} for ${source}`;
      log({ source: 'events', message: `events.amazonaws.com is not authorized to perform: ${what}` });
    } else if (action === 'sqs:SendMessage') await send(resource, JSON.stringify(event));
    else await invoke(resource, event);
  }

  return async ({ arn, properties: { Targets = [] } }, event) => {
    await Promise.all(Targets.map((target) => toTarget(arn, target.Arn, event)));
  };
}
