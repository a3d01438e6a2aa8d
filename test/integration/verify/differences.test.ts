/** `nbwss verify` against a gateway that is not as the local cloud assumes: each difference is found, and only that one. */
import { AWS_LIMITS } from '../../../gateway/limits.ts';
import { type Deployment, startDeployment } from '../../support/deployment.ts';
import { startProbe, synthesizeProbe, verify } from './support.ts';

let synthesized: Awaited<ReturnType<typeof synthesizeProbe>>;
const running: { stop(): Promise<void> }[] = [];
beforeAll(async () => {
  synthesized = await synthesizeProbe();
});
afterEach(async () => {
  for (const one of running.splice(0)) await one.stop();
});
afterAll(() => synthesized.remove());

async function differences(
  ofDeployment: Partial<typeof AWS_LIMITS>,
  ofProbe: Partial<typeof AWS_LIMITS>,
): Promise<{ rows: Record<string, string | undefined>; out: string; exitCode: unknown; limits: unknown }> {
  const deployment: Deployment = await startDeployment({ limits: ofDeployment });
  running.push(deployment);
  const { cloud, clock, url } = await startProbe(synthesized.assembly, ofProbe);
  running.push(cloud);
  const { facts, out, exitCode, json } = await verify(deployment, clock, [
    '--no-conformance',
    '--probe',
    url,
  ]);
  const different = facts.filter(({ verdict }) => verdict === 'DIFFERENT');
  return {
    rows: Object.fromEntries(different.map((one) => [one.fact, one.measured])),
    out,
    exitCode,
    limits: json.limits,
  };
}

test('pings that count as traffic, and no empty message', async () => {
  const { rows, out, exitCode, limits } = await differences(
    {},
    { pingCountsAsTraffic: true, emptyTwoWayBodySent: false },
  );
  expect(rows).toEqual({ 'empty-body': 'nothing; open', 'ping-is-traffic': 'open after 12 minutes' });
  expect(exitCode).toBe(1);
  expect(out).toContain('2 different');
  const { idleMs, frameBytes, messageBytes } = AWS_LIMITS;
  expect(limits).toEqual({
    frameBytes,
    messageBytes,
    idleMs,
    pingCountsAsTraffic: true,
    emptyTwoWayBodySent: false,
  });
  expect(out).toContain('→ Correct gateway/limits.ts (pingCountsAsTraffic)');
});

test('a smaller frame, found to the byte, and a shorter idle time', async () => {
  const frameBytes = AWS_LIMITS.frameBytes - 1_234;
  const { rows, exitCode } = await differences({ frameBytes }, { idleMs: 7 * 60_000 });
  expect(rows).toEqual({
    'largest-frame': `${frameBytes} bytes`,
    'idle-close': 'closed with 1001 Going away after 7 minutes',
    'ping-is-traffic': 'closed with 1001 Going away after 7 minutes',
  });
  expect(exitCode).toBe(1);
});
