/** Behaviour that the relay has and API Gateway does not. A difference is a fault of the deployment, or of a proxy before it. */
import { BINARY, tooLarge } from '../../../../gateway/close.ts';
import { RELAY_LIMITS } from '../../../../gateway/limits.ts';
import { encode } from '../../../../netbackup/wire/codec.ts';
import { createMessage } from '../../../../netbackup/wire/create-message.ts';
import { describeClose, type Fact, type Target } from '../fact.ts';
import { afterBinaryMessage, afterDisconnection, isFor, order, soon } from './websocket.ts';

const MB = 1024 * 1024;
const LOGS = "Look at the relay's log, and at what stands between here and the relay.";

/** A NOTIFICATION REQUEST of about this many bytes, with unique jobs. */
function jobs(bytes: number): { id: string; text: string } {
  const job = { jobType: 'BACKUP', state: 'DONE', status: 0, clientName: 'nbwss-verify.example.com' };
  const each = JSON.stringify({ ...job, jobId: 1_000_000 }).length + 1;
  const data = Array.from({ length: Math.ceil(bytes / each) }, (_, at) => ({
    ...job,
    jobId: 1_000_000 + at,
  }));
  const message = createMessage('NOTIFICATION', 'REQUEST', [
    { notificationType: 'INFO', object: 'JOB', data },
  ]);
  return { id: message.id, text: encode(message) };
}

/** NetBackup sends a message again that is not acknowledged in time (NOT-4), so this does too. */
const ATTEMPTS = 10;
async function acknowledged(target: Target, bytes: number, frameBytes: number): Promise<string> {
  const channel = await target.connect();
  const { id, text } = jobs(bytes);
  for (let attempt = 1; attempt <= ATTEMPTS && channel.isOpen; attempt += 1) {
    channel.send(text, frameBytes);
    if ((await channel.next(isFor(id), target.waits.soonMs)) === undefined) continue;
    channel.close(1000);
    await channel.closed;
    return 'acknowledged';
  }
  if (!channel.isOpen) return describeClose(await channel.closed);
  channel.cut();
  return 'not acknowledged';
}

export const relayFacts: readonly Fact<Target>[] = [
  {
    id: 'relay-frame',
    question: 'Is a message of 1 MB in one frame acknowledged?',
    assumed: 'acknowledged',
    consequence: LOGS,
    measure: (target) => acknowledged(target, MB, Number.POSITIVE_INFINITY),
  },
  {
    id: 'relay-fragments',
    question: 'Is a message of 2 MB in frames of 8 KB acknowledged?',
    assumed: 'acknowledged',
    consequence: LOGS,
    measure: (target) => acknowledged(target, 2 * MB, 8 * 1024),
  },
  {
    id: 'relay-stranger',
    question: 'What happens after a message that is too large before CONNECT?',
    assumed: describeClose(tooLarge('Message', RELAY_LIMITS.unauthenticatedMessageBytes)),
    consequence: `Strangers can fill the memory of the tasks. ${LOGS}`,
    measure: async (target) => {
      const channel = await target.open();
      channel.send('x'.repeat(RELAY_LIMITS.unauthenticatedMessageBytes + 1), Number.POSITIVE_INFINITY);
      return soon(target, channel);
    },
  },
  {
    id: 'relay-binary',
    question: 'What happens after a binary message?',
    assumed: describeClose(BINARY),
    consequence: LOGS,
    measure: afterBinaryMessage,
  },
  {
    id: 'relay-order',
    question: 'Are messages of one connection answered in their order?',
    assumed: 'kept this time',
    consequence: LOGS,
    measure: order,
  },
  {
    id: 'relay-closed-by-api',
    question: 'What does the client see after the operator closes the connection?',
    assumed: 'closed with 1000 operator',
    consequence: 'See the close codes in lambdas/platform/gateway.',
    measure: afterDisconnection,
  },
];
