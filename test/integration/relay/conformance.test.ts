/** The conformance suite and the doctor against our own endpoint behind the relay. */
import { rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ApiOperator } from '../../../netbackup/conformance/api-operator.ts';
import { type Result, runConformance } from '../../../netbackup/conformance/run.ts';
import { diagnose, worstLevel } from '../../../netbackup/doctor/diagnose.ts';
import { FINDING_TYPES } from '../../../netbackup/doctor/finding.ts';
import { type Deployment, startDeployment } from '../../support/deployment.ts';

/** Long timeouts: speed is not tested here. */
const LIMITS = { answerMs: 20_000, ackMs: 20_000, silenceMs: 100 };

let deployment: Deployment;
let results: Result[];
const file = join(tmpdir(), `relay-endpoint-${process.pid}.json`);

beforeAll(async () => {
  deployment = await startDeployment({ gateway: 'relay' });
  const details = await deployment.createGroup('conformance');
  await writeFile(file, JSON.stringify(details), { mode: 0o600 });
  results = await runConformance(file, {
    trusted: [deployment.ca],
    limits: LIMITS,
    operator: ({ groupId }) => new ApiOperator(deployment.cloud.apiUrl, deployment.adminKey, groupId),
  });
});
afterAll(async () => {
  await rm(file, { force: true });
  await deployment.stop();
});

const clausesWith = (...verdicts: string[]) =>
  results
    .filter(({ verdict }) => verdicts.includes(verdict))
    .map(({ clause, evidence }) => `${clause} ${evidence}`);

test('no clause fails, and only the host name of this machine is limited', () => {
  expect(clausesWith('fail')).toEqual([]);
  expect(clausesWith('limited')).toEqual([
    expect.stringMatching(/^EPT-1 hostName localhost is not fully qualified/),
  ]);
});

test('NOT-8 large messages pass, in one frame and in fragments', () => {
  expect(clausesWith('pass')).toContainEqual('NOT-8 1024 KB, and 100 KB in one frame');
});

test('only clauses that cannot be checked from outside are unchecked', () => {
  expect(clausesWith('unchecked').map((line) => line.split(' ', 1)[0])).toEqual(
    'CON-5 CMD-6 EPT-4 EPT-6 GRP-1 GRP-3 GRP-4 GRP-5 PRP TRAP-2 TRAP-5 TRAP-7'.split(' '),
  );
});

test('the doctor finds nothing wrong', async () => {
  const options = {
    trusted: [deployment.ca],
    connect: true,
    timeoutMs: 20_000,
    slowMs: 20_000,
    now: Date.now,
  };
  const { findings } = await diagnose(file, options);
  expect(findings.filter(({ code }) => FINDING_TYPES[code].level === 'error')).toEqual([]);
  const codes = findings.map(({ code }) => code);
  expect(codes.slice(-4)).not.toContain('large-message-blocked');
  expect(worstLevel(findings)).toBe('warning');
  expect(codes).toEqual(expect.arrayContaining(['ping-answered', 'made-up-token-refused', 'token-accepted']));
});
