/** The examples of docs/alerts.md are valid. */

import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { mailLines } from '../../bin/nbwss/console-output.ts';
import { readAlerts } from '../../bin/nbwss/local-alerts.ts';
import { readConfig } from '../../lib/config.ts';
import { printable } from '../../netbackup/terminal.ts';

const examples = [...readFileSync('docs/alerts.md', 'utf8').matchAll(/^( *)```json\n([\s\S]*?)^\1```/gm)].map(
  ([, , text = '']) => text,
);
const [first = '', second = '', signed = '', local = ''] = examples;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'nbwss-alerts-document-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const read = async (text: string) => {
  const path = join(folder, 'alerts.json');
  await writeFile(path, text);
  return readAlerts(path);
};

test.each([
  [first, ['night-shift', 'chat']],
  [second, ['acme', 'operations', 'tickets']],
  [signed, ['tickets']],
])('an example of cdk.json is a configuration', (text, names) => {
  expect(readConfig(JSON.parse(text).context).alerts.map(({ name }) => name)).toEqual(names);
});

test('the file for this machine is accepted, and its alerts are', async () => {
  expect(examples).toHaveLength(4);
  const { settings, secrets } = await read(local);
  expect(readConfig({ nbwss: settings }).alerts.map(({ name }) => name)).toEqual(['mail', 'mine']);
  expect(Object.keys(secrets)).toEqual(['mine', 'key']);
});

test.each([
  ['{', /is not JSON/],
  ['[]', /must be \{"alerts": /],
  ['{"alerts": [], "secrets": {"a": 1}}', /must be \{"alerts": /],
])('%s is refused in one sentence', async (text, sentence) => {
  await expect(read(text)).rejects.toThrow(sentence);
});

test('a file that does not exist is refused in one sentence', async () => {
  await expect(readAlerts(join(folder, 'none.json'))).rejects.toThrow(
    /^The alerts cannot be read: ENOENT.*\.$/,
  );
});

test('each line of an e-mail is printed with its time, and cannot look like a line of another kind', () => {
  const at = Date.UTC(2026, 2, 1, 2, 3, 4);
  expect(mailLines({ at, from: 'me', to: 'you', subject: '', text: '"one"\n"two\u001b[2J"' })).toEqual([
    '02:03:04 mail         to you from "me":',
    '02:03:04 mail         "one"',
    `02:03:04 mail         ${printable('"two\u001b[2J"')}`,
  ]);
});
