/** The conformance suite against our own deployed endpoint. */
import { rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ApiOperator } from '../../../netbackup/conformance/api-operator.ts';
import { type Result, runConformance } from '../../../netbackup/conformance/run.ts';
import { diagnose, worstLevel } from '../../../netbackup/doctor/diagnose.ts';
import { type Deployment, startDeployment } from '../../support/deployment.ts';

/** Long timeouts: speed is not tested here. */
const LIMITS = { answerMs: 10_000, ackMs: 10_000, silenceMs: 100 };

describe('our endpoint', () => {
  let deployment: Deployment;
  let results: Result[];
  const file = join(tmpdir(), `own-endpoint-${process.pid}.json`);

  beforeAll(async () => {
    deployment = await startDeployment();
    const details = await deployment.createGroup('conformance');
    await writeFile(file, JSON.stringify(details), { mode: 0o600 });
    results = await runConformance(file, {
      trusted: [deployment.ca],
      limits: LIMITS,
      operator: ({ groupId }) => new ApiOperator(deployment.cloud.apiUrl, deployment.adminKey, groupId),
    });
  }, 120_000);
  afterAll(async () => {
    await rm(file, { force: true });
    await deployment.stop();
  });

  const clausesWith = (...verdicts: string[]) =>
    results
      .filter(({ verdict }) => verdicts.includes(verdict))
      .map(({ clause, evidence }) => `${clause} ${evidence}`);

  test('fails no clause', () => {
    expect(clausesWith('fail')).toEqual([]);
  });

  test('is limited only by API Gateway', () => {
    expect(clausesWith('limited')).toEqual([
      expect.stringMatching(
        /^NOT-8 100 KB in fragments passes; 100 KB in one frame: the endpoint closed with 1009; 1024 KB in fragments: the endpoint closed with 1009$/,
      ),
      expect.stringMatching(/^EPT-1 hostName localhost is not fully qualified/),
    ]);
  });

  test('the doctor reports no errors', async () => {
    const options = {
      trusted: [deployment.ca],
      connect: true,
      timeoutMs: 10_000,
      slowMs: 10_000,
      now: Date.now,
    };
    const { findings } = await diagnose(file, options);
    const codes = findings.map(({ code }) => code);
    expect(worstLevel(findings)).toBe('warning');
    expect(codes.slice(-6)).toEqual([
      'ping-answered',
      'made-up-token-refused',
      'fragments-pass',
      'single-frame-blocked',
      'large-message-blocked',
      'token-accepted',
    ]);
  });

  test('only clauses that cannot be checked from outside are unchecked', () => {
    expect(clausesWith('unchecked').map((line) => line.split(' ', 1)[0])).toEqual(
      'CON-5 CMD-6 EPT-4 EPT-6 GRP-1 GRP-3 GRP-4 GRP-5 PRP TRAP-2 TRAP-5 TRAP-7'.split(' '),
    );
  });
});
