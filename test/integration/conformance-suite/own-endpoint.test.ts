/** The conformance suite and the doctor against our own endpoint, at each gateway. */
import { rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ApiOperator } from '../../../netbackup/conformance/api-operator.ts';
import { type Result, runConformance } from '../../../netbackup/conformance/run.ts';
import { diagnose, worstLevel } from '../../../netbackup/doctor/diagnose.ts';
import { type Deployment, startDeployment } from '../../support/deployment.ts';

/** For hangs only: speed is not tested here. */
const HANG_MS = 120_000;
const LOCAL_NAME = /^EPT-1 hostName localhost is not fully qualified/;

interface Expected {
  readonly gateway: 'api-gateway' | 'relay';
  readonly limited: readonly RegExp[];
  /** What NOT-8 says when it passes. */
  readonly largeMessages?: string;
  /** The last findings of the doctor. */
  readonly found: readonly string[];
}
const EXPECTED: readonly Expected[] = [
  {
    gateway: 'api-gateway',
    limited: [
      /^NOT-8 100 KB in fragments passes; 100 KB in one frame: the endpoint closed with 1009; 1024 KB in fragments: the endpoint closed with 1009$/,
      LOCAL_NAME,
    ],
    found: ['fragments-pass', 'single-frame-blocked', 'large-message-blocked', 'token-accepted'],
  },
  {
    gateway: 'relay',
    limited: [LOCAL_NAME],
    largeMessages: 'NOT-8 1024 KB, and 100 KB in one frame',
    found: ['token-accepted'],
  },
];

describe.each(EXPECTED)('our endpoint, gateway $gateway', ({ gateway, limited, largeMessages, found }) => {
  let deployment: Deployment;
  let results: Result[];
  const file = join(tmpdir(), `own-endpoint-${gateway}-${process.pid}.json`);

  beforeAll(async () => {
    deployment = await startDeployment({ gateway });
    const details = await deployment.createGroup('conformance');
    await writeFile(file, JSON.stringify(details), { mode: 0o600 });
    results = await runConformance(file, {
      trusted: [deployment.ca],
      limits: { answerMs: HANG_MS, ackMs: HANG_MS, silenceMs: 100 },
      operator: ({ groupId }) => new ApiOperator(deployment.cloud.apiUrl, deployment.adminKey, groupId),
    });
  });
  afterAll(async () => {
    await rm(file, { force: true });
    await deployment.stop();
  });

  const clausesWith = (verdict: string) =>
    results
      .filter((result) => result.verdict === verdict)
      .map(({ clause, evidence }) => `${clause} ${evidence}`);

  test('fails no clause', () => {
    expect(clausesWith('fail')).toEqual([]);
  });

  test('is limited only by the gateway and the host name of this machine', () => {
    expect(clausesWith('limited')).toEqual(limited.map((evidence) => expect.stringMatching(evidence)));
    if (largeMessages) expect(clausesWith('pass')).toContainEqual(largeMessages);
  });

  test('only clauses that cannot be checked from outside are unchecked', () => {
    expect(clausesWith('unchecked').map((line) => line.split(' ', 1)[0])).toEqual(
      'CON-5 CMD-6 EPT-4 EPT-6 GRP-1 GRP-3 GRP-4 GRP-5 PRP TRAP-2 TRAP-5 TRAP-7'.split(' '),
    );
  });

  test('the doctor reports no errors', async () => {
    const options = {
      trusted: [deployment.ca],
      connect: true,
      timeoutMs: HANG_MS,
      slowMs: HANG_MS,
      now: Date.now,
    };
    const { findings } = await diagnose(file, options);
    const codes: readonly string[] = findings.map(({ code }) => code);
    expect(worstLevel(findings)).toBe('warning');
    expect(codes).toEqual(expect.arrayContaining(['ping-answered', 'made-up-token-refused']));
    expect(codes.slice(-found.length)).toEqual(found);
    if (gateway === 'relay') expect(codes.filter((code) => /blocked/.test(code))).toEqual([]);
  });
});
