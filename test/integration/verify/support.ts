/** `nbwss verify` inside the test, and the probe on a local cloud of its own. */
import { spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { registerVerify, type VerifyEnvironment } from '../../../bin/nbwss/commands/verify.ts';
import type { Finding } from '../../../bin/nbwss/verify/fact.ts';
import { type LocalCloud, type LocalCloudOptions, startLocalCloud } from '../../../local/cloud.ts';
import { ShiftableClock } from '../../support/clocks.ts';
import { CODE_CACHE, type Deployment } from '../../support/deployment.ts';
import { runCommand } from '../../support/run-command.ts';
import { testCertificate } from '../../support/tls.ts';

const ROOT = resolve(import.meta.dirname, '../../..');

/** A folder with the assembly of the probe. */
export async function synthesizeProbe(): Promise<{ assembly: string; remove(): Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'nbwss-probe-'));
  const assembly = join(folder, 'cdk.out');
  const { status, stderr } = spawnSync(process.execPath, ['--import', 'tsx', 'bin/probe.ts'], {
    cwd: ROOT,
    encoding: 'utf8',
    env: { ...process.env, CDK_OUTDIR: assembly, CDK_VALIDATION: 'false' },
  });
  if (status !== 0) throw new Error(stderr);
  return { assembly, remove: () => rm(folder, { recursive: true, force: true }) };
}

export interface RunningProbe {
  readonly cloud: LocalCloud;
  readonly clock: ShiftableClock;
  readonly url: string;
}

/** Messages in their order, so that an answer shows that those before it were handled. */
export async function startProbe(
  assembly: string,
  limits: NonNullable<LocalCloudOptions['limits']> = {},
): Promise<RunningProbe> {
  const clock = new ShiftableClock();
  const tls = await testCertificate();
  const cloud = await startLocalCloud({
    assembly,
    tls,
    clock,
    order: 'serial',
    limits,
    codeCache: CODE_CACHE,
  });
  return { cloud, clock, url: cloud.webSocketUrl };
}

/** Time passes at once on the probe's clock, and what it closes is noticed before more of it passes. */
const surroundings = (clock: ShiftableClock): VerifyEnvironment => ({
  time: {
    now: () => clock.now(),
    pass: (ms) => {
      clock.advance(ms);
      return new Promise((done) => setTimeout(done, 5));
    },
  },
  soonMs: 100_000,
  silenceMs: 500,
  // Its clock is shared: one connection must not make time pass for another.
  watchedAtOnce: 1,
  readConcurrency: async () => '10 (10 not reserved)',
});

export interface Verified {
  readonly out: string;
  readonly err: string;
  readonly exitCode: unknown;
  /** Of the JSON that it writes. */
  readonly facts: readonly Finding[];
  // biome-ignore lint/suspicious/noExplicitAny: parsed JSON, for assertions
  readonly json: any;
}

export async function verify(
  deployment: Deployment,
  clock: ShiftableClock,
  args: readonly string[],
): Promise<Verified> {
  const folder = await mkdtemp(join(tmpdir(), 'nbwss-verify-test-'));
  try {
    const [ca, key, json] = ['ca.pem', 'key', 'facts.json'].map((name) => join(folder, name)) as [
      string,
      string,
      string,
    ];
    await writeFile(ca, deployment.ca);
    await writeFile(key, deployment.adminKey);
    const given = ['--url', deployment.cloud.apiUrl, '--key-file', key, '--ca', ca, '--json', json];
    const ran = await runCommand(
      (program, print, warn) => registerVerify(program, print, warn, surroundings(clock)),
      ['verify', ...given, ...args],
    );
    const text = await readFile(json, 'utf8').catch(() => '{"facts":[]}');
    const parsed = JSON.parse(text);
    return { ...ran, facts: parsed.facts, json: parsed };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
