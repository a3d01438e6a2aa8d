/** Facts about the WebSocket gateway that can be measured on the deployment itself. */
import { AWS_LIMITS } from '../../../../gateway/limits.ts';
import { encode } from '../../../../netbackup/wire/codec.ts';
import { connectRequest, createMessage } from '../../../../netbackup/wire/create-message.ts';
import { type Channel, HandshakeRefused } from '../channel.ts';
import { describeClose, type Fact, NotMeasured, type Target } from '../fact.ts';
import { largest } from '../largest.ts';

const EMULATOR = 'Correct gateway/limits.ts';
/** The frame size of a message whose total size is measured. */
const SMALL_FRAME = 16 * 1024;

/** A NOTIFICATION without content, of exactly this many bytes. */
function notification(bytes: number): { id: string; text: string } {
  const message = createMessage('NOTIFICATION', 'REQUEST', []);
  const padded = (padding: string) => `${encode(message).slice(0, -1)},"padding":"${padding}"}`;
  return { id: message.id, text: padded('x'.repeat(Math.max(0, bytes - padded('').length))) };
}

export const isFor = (id: string) => (text: string) => text.includes(`"${id}"`);

/** Whether a message of this size is acknowledged; if not, how the connection ended. */
async function sendSized(target: Target, bytes: number, frameBytes: number): Promise<string | undefined> {
  const channel = await target.connect();
  const { id, text } = notification(bytes);
  channel.send(text, frameBytes);
  const answer = await channel.next(isFor(id), target.waits.soonMs);
  if (answer !== undefined) {
    channel.close(1000);
    await channel.closed;
    return undefined;
  }
  if (channel.isOpen) {
    channel.cut();
    return 'no answer';
  }
  return describeClose(await channel.closed);
}

const bytes = (count: number) => `${count} bytes`;

async function largestFrame(target: Target): Promise<string> {
  const accepts = async (size: number) => (await sendSized(target, size, size)) === undefined;
  return bytes(await largest(AWS_LIMITS.frameBytes, accepts));
}

async function largestMessage(target: Target): Promise<string> {
  const accepts = async (size: number) => (await sendSized(target, size, SMALL_FRAME)) === undefined;
  return bytes(await largest(AWS_LIMITS.messageBytes, accepts));
}

export const soon = async (target: Target, channel: Channel): Promise<string> => {
  // `next` returns when the connection ends.
  await channel.next(() => false, target.waits.soonMs);
  return channel.isOpen ? 'the connection stays open' : describeClose(await channel.closed);
};

export async function afterBinaryMessage(target: Target): Promise<string> {
  const channel = await target.open();
  channel.sendBinary(Buffer.from(encode(connectRequest('binary'))));
  const result = await soon(target, channel);
  channel.cut();
  return result;
}

export async function afterDisconnection(target: Target): Promise<string> {
  const channel = await target.connect();
  await target.fetch(`/v1/groups/${target.groupId}/connection`, { method: 'DELETE' });
  return soon(target, channel);
}

/** The end of the group's last session in the API. */
async function closeCodeSeen(target: Target, end: (channel: Channel) => void): Promise<string> {
  const { time, soonMs } = target.waits;
  const channel = await target.connect();
  end(channel);
  for (const until = time.now() + 4 * soonMs; time.now() < until; ) {
    const response = await target.fetch(`/v1/groups/${target.groupId}`);
    const { session } = (await response.json()) as { session: { state: string; closeCode?: number } };
    if (session.state === 'disconnected') return String(session.closeCode ?? 'no code');
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  return 'no event';
}

const BURST = 20;
export async function order(target: Target): Promise<string> {
  const channel = await target.connect();
  const sent = Array.from({ length: BURST }, () => notification(0));
  for (const { text } of sent) channel.send(text);
  const ids = sent.map(({ id }) => id);
  const answered = () => channel.received.flatMap((text) => ids.find((id) => isFor(id)(text)) ?? []);
  await channel.next(() => answered().length === BURST, target.waits.soonMs);
  const found = answered();
  channel.close(1000);
  if (found.length < BURST) throw new NotMeasured(`Only ${found.length} of ${BURST} messages were answered.`);
  return found.every((id, at) => id === ids[at]) ? 'kept this time' : 'not kept';
}

/** Facts of every gateway. */
export const webSocketFacts: readonly Fact<Target>[] = [
  {
    id: 'ping-answered',
    question: "Is a client's ping answered?",
    assumed: 'yes',
    consequence: 'NBWSS pings every 30 s and closes a connection without pongs: it could not stay connected.',
    measure: async (target) => {
      const channel = await target.open();
      const answered = await channel.ping(target.waits.soonMs);
      channel.cut();
      return answered ? 'yes' : 'no';
    },
  },
  {
    id: 'other-path',
    question: 'How is a handshake with another path answered?',
    assumed: '403',
    consequence: 'Correct gateway/gateway.ts, and the text of the doctor for this status.',
    measure: async (target) => {
      try {
        (await target.open(`${target.url}-not`)).cut();
        return 'accepted';
      } catch (error) {
        if (error instanceof HandshakeRefused) return String(error.status);
        throw error;
      }
    },
  },
  {
    id: 'closed-by-client',
    question: 'Which code has $disconnect after 1000, a close without a code, a cut connection?',
    assumed: '1000, 1005, 1006',
    consequence: 'GET /v1/groups explains the end of a session by it (lambdas/groups/close-reasons.ts).',
    measure: async (target) => {
      const codes = [
        await closeCodeSeen(target, (channel) => channel.close(1000)),
        await closeCodeSeen(target, (channel) => channel.close()),
        await closeCodeSeen(target, (channel) => channel.cut()),
      ];
      return codes.join(', ');
    },
  },
];

/** Facts of API Gateway's WebSocket APIs. */
export const apiGatewayFacts: readonly Fact<Target>[] = [
  {
    id: 'largest-frame',
    question: 'How large may a frame be?',
    assumed: bytes(AWS_LIMITS.frameBytes),
    consequence: `${EMULATOR} (frameBytes), and the doctor's advice on fragments.`,
    measure: largestFrame,
  },
  {
    id: 'largest-message',
    question: 'How large may a message in fragments be?',
    assumed: bytes(AWS_LIMITS.messageBytes),
    consequence: `${EMULATOR} (messageBytes) and lambdas/protocol/limits.ts: pages of lists are chosen by it.`,
    measure: largestMessage,
  },
  {
    id: 'too-large',
    question: 'What happens after a message that is too large?',
    assumed: 'closed with 1009',
    consequence: 'Lost responses are recognized by 1009 (lambdas/commands/connection-lost.ts).',
    measure: async (target) =>
      (await sendSized(target, AWS_LIMITS.messageBytes * 2, SMALL_FRAME)) ?? 'accepted',
  },
  {
    id: 'binary',
    question: 'What happens after a binary message?',
    assumed: 'closed with 1003',
    consequence: 'Correct gateway/connection.ts. NBWSS sends text only.',
    measure: afterBinaryMessage,
  },
  {
    id: 'order',
    question: 'Are messages of one connection answered in their order?',
    consequence:
      'Not documented, so nothing depends on it. "Kept" does not prove it; the local cloud shuffles.',
    measure: order,
  },
  {
    id: 'closed-by-api',
    question: 'What does the client see after DeleteConnection?',
    assumed: 'closed with 1000 Connection Closed Normally',
    consequence: 'Correct gateway/connection.ts. NetBackup connects again after any close.',
    measure: afterDisconnection,
  },
  {
    id: 'disconnect-missing',
    question: 'How often is $disconnect not sent?',
    consequence:
      'Best effort by the documentation; the sweep does its work. To measure: count the groups whose closeReason is "found closed by the sweep", over weeks.',
  },
  {
    id: 'client-buffer',
    question: 'How much is buffered for a client that does not read, before PostToConnection fails with 429?',
    consequence:
      'A command that is refused with 429 is queued again. To measure: let a client stop reading, and send it commands of 100 KB until one is queued.',
  },
];
