/** NetBackup behind a channel that closes on large messages, in memory: each command is answered by a function. */
import { connectionLost } from '../../lambdas/commands/connection-lost.ts';
import { flush, resume } from '../../lambdas/commands/flush.ts';
import { learnFrom } from '../../lambdas/commands/sizes/learn.ts';
import { GATEWAY_MESSAGE_BYTES, utf8Bytes } from '../../lambdas/protocol/limits.ts';
import type { CommandCall } from '../../lambdas/protocol/messages.ts';
import type { commandWorld } from './commands.ts';

export interface PlayedAnswer {
  readonly status: number;
  readonly body: string;
}

/** Answers the commands of a world, and closes its connection with 1009 where an answer is larger than a message. */
export const playChannel = (
  world: ReturnType<typeof commandWorld>,
  answerTo: (call: CommandCall) => PlayedAnswer | Promise<PlayedAnswer>,
) => {
  const { context, gateway } = world;
  const asked: string[] = [];
  let connection = 1;
  let closed = 0;
  let underWay = 0;
  let maxUnderWay = 0;
  const answer = async (on: string, id: string, call: CommandCall): Promise<void> => {
    const { status, body } = await answerTo(call);
    underWay--;
    if (on !== `c${connection}`) return;
    const before = await context.commands.get(id);
    const message = JSON.stringify({ id, payload: { responseCode: status, headers: {}, body } });
    const answerBytes = utf8Bytes(message);
    if (answerBytes > GATEWAY_MESSAGE_BYTES) {
      closed++;
      connection++;
      world.connect(undefined);
      await connectionLost(context, 'demo', on, 1009);
      world.connect(`c${connection}`);
      return flush(context, 'demo');
    }
    const answered = { status, headers: {}, body };
    const record = { groupId: 'demo', now: world.clock(), outcome: 'completed' as const, answerBytes };
    const after = await context.commands.answer(id, { ...record, answer: answered });
    if (!before || !after) return;
    await learnFrom(context, before, answered, answerBytes);
    await resume(context, before);
  };
  gateway.answers = (on, { id, payload }) => {
    const call = payload as unknown as CommandCall;
    asked.push(call.uri);
    maxUnderWay = Math.max(maxUnderWay, ++underWay);
    setImmediate(() => void answer(on, id, call));
    return 'accepted';
  };
  return { asked, closed: () => closed, maxUnderWay: () => maxUnderWay };
};
