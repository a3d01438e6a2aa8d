/** Reports to a running deployment, acknowledged and projected. */
import type { Deployment } from './deployment.ts';
import { type Frame, message, type RawClient } from './raw-client.ts';

/** An image operation (NOT-2). */
export const image = (backupId: string, operationId = 'CREATE', more: Frame = {}): Frame => {
  const backupTime = Number(backupId.slice(backupId.lastIndexOf('_') + 1));
  return {
    backupId,
    operationId,
    clientName: backupId.slice(0, backupId.lastIndexOf('_')),
    clientType: 'STANDARD',
    backupTime,
    createdTime: backupTime + 18_060,
    ...more,
  };
};

/** One message of several kinds. */
export const batch = (messages: readonly Frame[], extra: Frame = {}): Frame =>
  message(
    'NOTIFICATION',
    'REQUEST',
    messages.flatMap((one) => one['payload'] as unknown[]),
    extra,
  );

/** Sends one message with all of this and waits for its acknowledgement; `drained` for the views as well. */
export const send = async (client: RawClient, request: Frame): Promise<void> => {
  const text = JSON.stringify(request);
  if (Buffer.byteLength(text) > 30_000) client.sendFragmented(text);
  else client.send(text);
  const answer = await client.next((frame) => frame['id'] === request['id']);
  if (answer['type'] !== 'NOTIFICATION') throw new Error(`Not acknowledged: ${JSON.stringify(answer)}`);
};

export const report = async (
  deployment: Deployment,
  client: RawClient,
  messages: readonly Frame[],
  extra: Frame = {},
): Promise<void> => {
  await send(client, batch(messages, extra));
  await settled(deployment);
};

/** The views hold everything that was acknowledged. */
export const settled = async (deployment: Deployment): Promise<void> => {
  // The stream gathers a batch for a second: the clock brings it there.
  deployment.clock.advance(1_000);
  await deployment.cloud.drained();
};
