/** `nbwss verify`: on the local cloud every fact is as the local cloud assumes it. */
import { type Deployment, startDeployment } from '../../support/deployment.ts';
import { type RunningProbe, startProbe, synthesizeProbe, verify } from './support.ts';

let deployment: Deployment;
let synthesized: Awaited<ReturnType<typeof synthesizeProbe>>;
let probe: RunningProbe;
beforeAll(async () => {
  synthesized = await synthesizeProbe();
  deployment = await startDeployment();
  probe = await startProbe(synthesized.assembly);
});
afterAll(async () => {
  await probe?.cloud.stop();
  await deployment?.stop();
  await synthesized?.remove();
});

test('the local cloud is as it assumes itself to be: conformance, canary, and every fact', async () => {
  const run = await verify(deployment, probe.clock, ['--probe', probe.url, '--two-hours']);
  const { facts, json, out } = run;
  const with_ = (verdict: string) => facts.filter((one) => one.verdict === verdict).map(({ fact }) => fact);
  expect(facts.filter(({ verdict }) => verdict === 'DIFFERENT')).toEqual([]);
  expect(with_('not measured')).toEqual(['disconnect-missing', 'client-buffer']);
  expect(with_('measured')).toEqual(['order', 'account-concurrency']);
  expect(with_('as assumed').length).toBe(facts.length - 4);
  expect(json.conformance.filter(({ verdict }: { verdict: string }) => verdict === 'fail')).toEqual([]);
  expect(json.canary.failure).toBeUndefined();
  expect(run.exitCode).toBe(0);
  expect(out).toContain(`${facts.length - 4} as assumed, 0 different, 2 measured`);
  expect(out).toContain('measured: 10 (10 not reserved)');

  // Nothing is left, and no secret is shown.
  await deployment.sweep();
  const groups = (await deployment.http('GET', '/v1/groups')).json.items as { groupId: string }[];
  expect(groups.filter(({ groupId }) => groupId.startsWith('nbwss-verify'))).toEqual([]);
  expect(JSON.stringify(json) + out + run.err).not.toMatch(/nb(k|wss)_[0-9a-z]{16}\./);
});

test('without the probe its facts are listed as not measured, with the way to measure them', async () => {
  const { facts, out, exitCode } = await verify(deployment, probe.clock, ['--no-conformance']);
  const byVerdict = facts.filter(({ verdict }) => verdict === 'not measured').map(({ fact }) => fact);
  expect(byVerdict).toEqual(expect.arrayContaining(['idle-close', 'ping-is-traffic', 'empty-body', 'life']));
  expect(out).toContain('give its URL with --probe');
  expect(exitCode).toBe(0);
});

test('a round of the canary that fails ends with 2', async () => {
  const fault = deployment.cloud.faults.add({
    function: 'Command',
    action: 'PutItem',
    do: 'fail',
    error: 'AccessDeniedException',
    count: Number.POSITIVE_INFINITY,
  });
  const { out, exitCode } = await verify(deployment, probe.clock, ['--no-conformance']);
  fault.remove();
  expect(out).toContain('FAILED at command');
  expect(exitCode).toBe(2);
});

test('a key that may not create a group ends with 2, and leaves nothing', async () => {
  const { err, out, exitCode } = await verify(
    { ...deployment, adminKey: `${deployment.adminKey.slice(0, -1)}_` },
    probe.clock,
    [],
  );
  expect(err).toMatch(/The group cannot be created: .* \(401, /);
  expect([out, exitCode]).toEqual(['', 2]);
});
