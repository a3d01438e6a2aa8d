/** NetBackup behind a connection that closes on large messages, in memory: a function responds to each command. */
import { connectionLost } from '../../lambdas/commands/connection-lost.ts';
import { flush, flushAfterResponse } from '../../lambdas/commands/flush.ts';
import { learnSize } from '../../lambdas/commands/sizes/learn.ts';
import { GATEWAY_MESSAGE_BYTES, utf8Bytes } from '../../lambdas/protocol/limits.ts';
import type { CommandCall } from '../../lambdas/protocol/messages.ts';
import type { commandWorld } from './commands.ts';

export interface FakeResponse {
  readonly status: number;
  readonly headers?: Record<string, string>;
  readonly body: string;
}

/** Responds to commands, and closes the connection with 1009 if a response is larger than a message. */
export const fakeChannel = (
  world: ReturnType<typeof commandWorld>,
  responseTo: (call: CommandCall) => FakeResponse | Promise<FakeResponse>,
) => {
  const { context, gateway } = world;
  const requested: string[] = [];
  let connection = 1;
  let closed = 0;
  let underWay = 0;
  let maxUnderWay = 0;
  const respond = async (on: string, id: string, call: CommandCall): Promise<void> => {
    const { status, headers = {}, body } = await responseTo(call);
    underWay--;
    if (on !== `c${connection}`) return;
    const before = await context.commands.get(id);
    const message = JSON.stringify({ id, payload: { responseCode: status, headers, body } });
    const responseBytes = utf8Bytes(message);
    if (responseBytes > GATEWAY_MESSAGE_BYTES) {
      closed++;
      connection++;
      world.connect(undefined);
      await connectionLost(context, 'demo', on, 1009);
      world.connect(`c${connection}`);
      return flush(context, 'demo');
    }
    const response = { status, headers, body };
    const record = { groupId: 'demo', now: world.clock(), outcome: 'completed' as const, responseBytes };
    const after = before && (await context.commands.recordResponse(before, { ...record, response }));
    if (!after) return;
    await learnSize(context, before, response, responseBytes);
    await flushAfterResponse(context, before);
  };
  gateway.answers = (on, { id, payload }) => {
    const call = payload as unknown as CommandCall;
    requested.push(call.uri);
    maxUnderWay = Math.max(maxUnderWay, ++underWay);
    setImmediate(() => void respond(on, id, call));
    return 'accepted';
  };
  return { requested, closed: () => closed, maxUnderWay: () => maxUnderWay };
};
