/** The suite must report exactly the violated clauses. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { KeyPair } from '../../../bin/nbwss/certificate.ts';
import { type Result, runConformance } from '../../../netbackup/conformance/run.ts';
import { BrokenEndpoint, SWITCHES, type Switch } from '../../fixtures/broken-endpoint.ts';
import { createCertificate } from '../../fixtures/certificates.ts';

const NAMES = Object.keys(SWITCHES) as Switch[];
/** Responses on loopback are immediate; only `slow-once` takes 2.3 s, against the 2 s of PRP-2. */
const LIMITS = { answerMs: 1_500, ackMs: 10_000, silenceMs: 50 };

const reports = new Map<Switch | 'none', Result[]>();
let folder: string;
let certificates: KeyPair[];

/** Runs the suite against an endpoint with these switches set. */
const runSuite = async (name: Switch | 'none'): Promise<void> => {
  const endpoint = await BrokenEndpoint.start(name === 'none' ? [] : [name], certificates);
  const file = join(folder, `${name}.json`);
  await writeFile(file, JSON.stringify(endpoint.details()));
  const trusted = certificates.map(({ cert }) => cert);
  const limits = { ...LIMITS, ...(name === 'slow-once' && { answerMs: 5_000, ackMs: 2_000 }) };
  try {
    reports.set(name, await runConformance(file, { trusted, limits, operator: () => endpoint.application }));
  } finally {
    await endpoint.stop();
  }
};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'conformance-'));
  certificates = [await createCertificate(), await createCertificate()];
  // In parallel: most of the time is waiting for messages that never arrive.
  await Promise.all((['none', ...NAMES] as const).map(runSuite));
}, 180_000);
afterAll(() => rm(folder, { recursive: true }));

const failed = (name: Switch | 'none') =>
  (reports.get(name) ?? [])
    .filter(({ verdict }) => verdict === 'fail')
    .map(({ clause, evidence }) => `${clause}: ${evidence}`);

test('an endpoint that keeps the contract fails no clause', () => {
  expect(failed('none')).toEqual([]);
  const unchecked = reports.get('none')?.filter(({ verdict }) => verdict === 'unchecked');
  expect(unchecked?.map(({ clause }) => clause)).toEqual([
    'CON-5',
    'CMD-6',
    'EPT-4',
    'EPT-6',
    'GRP-1',
    'GRP-3',
    'GRP-4',
    'GRP-5',
    'PRP',
    'TRAP-2',
    'TRAP-5',
    'TRAP-7',
  ]);
});

test.each(NAMES)('%s', (name) => {
  const clauses = failed(name).map((line) => line.split(':', 1)[0]);
  // The evidence belongs to the message of a failure.
  expect({ clauses, evidence: failed(name) }).toMatchObject({ clauses: [...SWITCHES[name]] });
});
