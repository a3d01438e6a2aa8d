/** When the gateway closes connections by itself. On the deployment the sweep would keep connections open, or close them earlier. */
import { AWS_LIMITS } from '../../../../gateway/limits.ts';
import { MINUTE_MS } from '../../../../lambdas/platform/clock.ts';
import type { Channel } from '../channel.ts';
import { describeClose, type Fact, NotMeasured, type Probe } from '../fact.ts';

/** How much longer than the assumed time a connection is watched. */
const PATIENCE = 1.2;
const STEP_MS = 10_000;

const minutes = (ms: number): string => `${Math.round(ms / MINUTE_MS)} minutes`;
const assumedEnd = (ms: number): string => `closed with 1001 Going away after ${minutes(ms)}`;

/** Keeps a connection, doing something every `everyMs`, until it is closed or for longer than `limitMs`. */
async function lifetime(
  { waits: { time, soonMs }, open }: Probe,
  limitMs: number,
  everyMs: number,
  act: (channel: Channel) => Promise<unknown>,
): Promise<string> {
  const channel = await open();
  const since = time.now();
  let next = since + everyMs;
  while (channel.isOpen && time.now() - since < PATIENCE * limitMs) {
    await time.pass(STEP_MS);
    if (time.now() < next || !channel.isOpen) continue;
    next = time.now() + everyMs;
    await act(channel);
  }
  const lasted = time.now() - since;
  if (channel.isOpen) {
    // It may be closing.
    await channel.next(() => false, Math.min(soonMs, 1_000));
  }
  if (!channel.isOpen) return `${describeClose(await channel.closed)} after ${minutes(lasted)}`;
  channel.cut();
  return `open after ${minutes(PATIENCE * limitMs)}`;
}

const { idleMs, lifeMs } = AWS_LIMITS;
const stillOpen = `open after ${minutes(PATIENCE * idleMs)}`;
const LIMITS = 'Correct gateway/limits.ts';
const requireMinutes = ({ waits }: Probe) => {
  if (!waits.minutes) throw new NotMeasured('It takes ten minutes: leave out --skip-slow.');
};

export const lifetimeFacts: readonly Fact<Probe>[] = [
  {
    id: 'idle-close',
    question: 'When is a connection without messages closed?',
    assumed: assumedEnd(idleMs),
    consequence: `${LIMITS} (idleMs), and the limit of heartbeatMinutes in lib/config.ts.`,
    measure: async (probe) => {
      requireMinutes(probe);
      return lifetime(probe, idleMs, Number.POSITIVE_INFINITY, async () => {});
    },
  },
  {
    id: 'ping-is-traffic',
    question: "Does a client's ping keep a connection without messages open?",
    assumed: AWS_LIMITS.pingCountsAsTraffic ? stillOpen : assumedEnd(idleMs),
    consequence: `${LIMITS} (pingCountsAsTraffic). If pings count, NBWSS's own keep a connection open, and heartbeats only detect dead ones.`,
    measure: async (probe) => {
      requireMinutes(probe);
      return lifetime(probe, idleMs, 30_000, (channel) => channel.ping(probe.waits.soonMs));
    },
  },
  {
    id: 'life',
    question: 'When is a connection with messages closed?',
    assumed: assumedEnd(lifeMs),
    consequence: `${LIMITS} (lifeMs), and the sweep's planned close after 1 h 50 min.`,
    measure: async (probe) => {
      if (!probe.waits.hours) throw new NotMeasured('It takes two hours: use --two-hours.');
      const echo = JSON.stringify({ type: 'echo' });
      return lifetime(probe, lifeMs, 4 * MINUTE_MS, async (channel) => {
        const before = channel.received.length;
        channel.send(echo);
        await channel.next(() => channel.received.length > before, probe.waits.soonMs);
      });
    },
  },
];
