/** `nbwss start --measured`: what `nbwss verify --json` has measured corrects the local cloud. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Finding } from '../../bin/nbwss/verify/fact.ts';
import { limitsOf, readLimits } from '../../bin/nbwss/verify/limits.ts';

const finding = (fact: string, measured: string): Finding => ({
  fact,
  measured,
  question: '',
  consequence: '',
  verdict: 'measured',
});

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'nbwss-limits-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const written = async (content: unknown): Promise<string> => {
  const file = join(folder, 'facts.json');
  await writeFile(file, typeof content === 'string' ? content : JSON.stringify(content));
  return file;
};

test('measured values become options of the gateway, and are read again', async () => {
  const limits = limitsOf([
    finding('largest-frame', '40000 bytes'),
    finding('idle-close', 'closed with 1001 Going away after 7 minutes'),
    finding('ping-is-traffic', 'open after 12 minutes'),
    finding('empty-body', 'nothing; open'),
  ]);
  const expected = {
    frameBytes: 40_000,
    idleMs: 7 * 60_000,
    pingCountsAsTraffic: true,
    emptyTwoWayBodySent: false,
  };
  expect(limits).toEqual(expected);
  expect(await readLimits(await written({ facts: [], limits }))).toEqual(expected);
});

test('a value that is not understood changes nothing', async () => {
  const limits = limitsOf([
    finding('idle-close', 'open after 12 minutes'),
    finding('largest-frame', 'failed: x'),
    finding('ping-is-traffic', 'failed: x'),
    finding('empty-body', 'failed: the handshake was refused with 503'),
  ]);
  expect(await readLimits(await written({ limits }))).toEqual({});
});

test.each(['not JSON', '[]', '{"limits":{"frameBytes":"many"}}', '{"limits":{"other":1}}'])(
  'the file %s is refused',
  async (content) => {
    await expect(readLimits(await written(content))).rejects.toThrow(/facts\.json/);
  },
);
