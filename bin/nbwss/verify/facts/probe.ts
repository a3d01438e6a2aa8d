/** Facts of API Gateway's WebSocket APIs that need a function which fails (`lib/probe-stack.ts`). */
import { randomUUID } from 'node:crypto';
import { AWS_LIMITS } from '../../../../gateway/limits.ts';
import type { Channel } from '../channel.ts';
import { type Fact, NotMeasured, type Probe } from '../fact.ts';

const EMULATOR = 'Correct gateway/';
const NBWSS =
  'NBWSS cannot decode the frame and closes the connection, unless it is configured not to (contract ENV-5, PRP-1).';

const messageOf = (type: string, id = randomUUID()): string => JSON.stringify({ type, id });
const isOf = (type: string) => (text: string) => text.startsWith(`{"type":"${type}"`);
const isEcho = isOf('echo');
const isFrame = (text: string): boolean => !isEcho(text);

/** A frame of the gateway as its text and members; the ids in it are new each time. */
function describeFrame(text: string): string {
  if (text === '') return 'an empty message';
  try {
    const { message, ...others } = JSON.parse(text) as Record<string, unknown>;
    return `${JSON.stringify(message)} with ${Object.keys(others).join(', ') || 'nothing else'}`;
  } catch {
    return JSON.stringify(text);
  }
}

/** Waits for the answer to a new message: a function is running, and earlier messages have reached the gateway. */
async function requireEcho({ waits }: Probe, channel: Channel): Promise<void> {
  const echo = messageOf('echo');
  channel.send(echo);
  if ((await channel.next((text) => text === echo, waits.soonMs)) === undefined)
    throw new NotMeasured('The probe does not answer; deploy it again.');
}

/** What comes after a message of this type within `ms`, and whether the connection stays open. */
async function provoked(probe: Probe, type: string, passes: (channel: Channel) => Promise<unknown>) {
  const channel = await probe.open();
  await requireEcho(probe, channel);
  channel.send(messageOf(type));
  await passes(channel);
  const [frame] = channel.received.filter((text) => !isEcho(text));
  const what = frame === undefined ? 'nothing' : describeFrame(frame);
  const end = channel.isOpen ? 'open' : 'closed';
  channel.cut();
  return `${what}; ${end}`;
}

/** Measures what comes immediately after a message of this type. */
const frameAfter = (type: string) => (probe: Probe) =>
  provoked(probe, type, (channel) => channel.next(isFrame, probe.waits.soonMs));

/** Measures what comes after a message of this type, although nothing should. */
const silenceAfter = (type: string) => (probe: Probe) =>
  provoked(probe, type, async (channel) => {
    await requireEcho(probe, channel);
    await channel.next(isFrame, probe.waits.silenceMs);
  });

async function gatewayTimeout(probe: Probe): Promise<string> {
  const { time, soonMs, silenceMs } = probe.waits;
  return provoked(probe, 'gateway-timeout', async (channel) => {
    // An echo could wait for the answer. The pong shows that the message has arrived.
    await channel.ping(soonMs);
    const until = time.now() + 1.3 * AWS_LIMITS.integrationTimeoutMs;
    while (channel.isOpen && !channel.received.some(isFrame) && time.now() < until) await time.pass(1_000);
    // The time for messages that are still under way.
    await channel.next(isFrame, silenceMs);
  });
}

const MANY = 20;
async function stageThrottling(probe: Probe): Promise<string> {
  const channel = await probe.open();
  await requireEcho(probe, channel);
  for (let sent = 0; sent < MANY; sent++) channel.send(messageOf('limited'));
  const others = () => channel.received.filter((text) => isFrame(text) && !isOf('limited')(text));
  await channel.next(() => channel.received.length > MANY, probe.waits.soonMs);
  const frames = [...new Set(others().map(describeFrame))].join('; ') || 'every message is answered';
  const end = channel.isOpen ? 'open' : 'closed';
  channel.cut();
  return `${frames}; ${end}`;
}

const ERROR = '"Internal server error" with connectionId, requestId; open';

export const probeFacts: readonly Fact<Probe>[] = [
  {
    id: 'function-throws-one-way',
    question: 'What is sent when a function throws, on a one-way route?',
    assumed: ERROR,
    consequence: `${EMULATOR}gateway.ts. ${NBWSS}`,
    measure: frameAfter('throw-one-way'),
  },
  {
    id: 'function-throws-two-way',
    question: 'What is sent when a function throws, on a two-way route?',
    assumed: ERROR,
    consequence: `${EMULATOR}gateway.ts. ${NBWSS}`,
    measure: frameAfter('throw-two-way'),
  },
  {
    id: 'function-timeout',
    question: "What is sent after a function's own time-out?",
    assumed: ERROR,
    consequence: `${EMULATOR}integration.ts. ${NBWSS}`,
    measure: frameAfter('function-timeout'),
  },
  {
    id: 'function-throttled',
    question: 'What is sent when a function is throttled?',
    assumed: ERROR,
    consequence: `${EMULATOR}integration.ts. ${NBWSS} Keep the account's concurrency above what domains need.`,
    measure: frameAfter('throttled'),
  },
  {
    id: 'gateway-timeout',
    question: `What is sent after ${AWS_LIMITS.integrationTimeoutMs / 1000} s without an answer of the function?`,
    assumed: '"Endpoint request timed out" with connectionId, requestId; open',
    consequence: `${EMULATOR}integration.ts. ${NBWSS}`,
    measure: gatewayTimeout,
  },
  {
    id: 'status-one-way',
    question: 'What is sent when a function returns 500 on a one-way route?',
    assumed: 'nothing; open',
    consequence: `${EMULATOR}gateway.ts. If something is sent, the functions must always return 200.`,
    measure: silenceAfter('status-one-way'),
  },
  {
    id: 'status-two-way',
    question: 'What is sent when a function returns 500 on a two-way route?',
    assumed: ERROR,
    consequence: `${EMULATOR}gateway.ts. The functions always return 200.`,
    measure: frameAfter('status-two-way'),
  },
  {
    id: 'empty-body',
    question: 'Is an empty message sent when a function returns no body on a two-way route?',
    assumed: AWS_LIMITS.emptyTwoWayBodySent ? 'an empty message; open' : 'nothing; open',
    consequence: `${EMULATOR}limits.ts (emptyTwoWayBodySent). Every NOTIFICATION is answered with a message.`,
    measure: silenceAfter('empty'),
  },
  {
    id: 'no-route',
    question: 'What is sent for a message without a route?',
    assumed: '"Forbidden" with connectionId, requestId; open',
    consequence: `${EMULATOR}gateway.ts. The deployment has a $default route.`,
    measure: frameAfter('no-such-route'),
  },
  {
    id: 'stage-throttling',
    question: 'What is sent for messages above the rate of the stage or route?',
    assumed: `"${AWS_LIMITS.throttledMessage}" with connectionId, requestId; open`,
    consequence: `Compare it with what the local cloud does, and with webSocketThrottling in docs/deploy.md. ${NBWSS}`,
    measure: stageThrottling,
  },
];
