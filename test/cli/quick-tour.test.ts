/** The quick tour of README.md: what it shows is what is printed. */
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ASSEMBLY } from '../support/deployment.ts';
import { wordsOf } from '../support/documented-commands.ts';
import { endPrograms, NBWSS, Program, ROOT } from '../support/process.ts';

const README = readFileSync(join(ROOT, 'README.md'), 'utf8');
const blockOf = (language: string): string =>
  new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, 'm').exec(README)?.[1] ?? '';

const folder = mkdtempSync(join(tmpdir(), 'nbwss-tour-'));

/** Without what differs in each run: keys, ports, times and folders. */
const normalized = (text: string): string =>
  text
    .replaceAll(`${folder}/`, '')
    .replace(/nbk_\S+/g, 'KEY')
    .replace(/localhost:\d+/g, 'localhost:PORT')
    .replace(/\d{4}-\d\d-\d\d \d\d:\d\dZ/g, 'TIME')
    .replace(/^\d\d:\d\d:\d\d/gm, 'TIME')
    .replace(/\d+ ms/g, 'N ms')
    .replace(/^\d{13}$/gm, 'EPOCH');

const program = (...args: string[]) =>
  new Program([NBWSS, ...args], {
    cwd: folder,
    env: { NBWSS_URL: '', NBWSS_API_KEY: '', XDG_CONFIG_HOME: folder, COLUMNS: '110' },
  });

let started: Program;
beforeAll(async () => {
  cpSync(ASSEMBLY, join(folder, '.local/cdk.out'), { recursive: true });
  started = program('start', '--port', '0', '--api-port', '0');
  // The last of the simulated notifications.
  await started.says(/NO_LOCAL_COPY_AVAILABLE$/m, 500_000);
});
afterAll(async () => {
  await endPrograms();
  rmSync(folder, { recursive: true, force: true });
});

test('npm start prints what the tour shows, in this order', () => {
  const lines = normalized(started.output).split('\n');
  const shown = normalized(blockOf('text'))
    .split('\n')
    .filter((line) => line.trim() !== '' && line.trim() !== '…');
  expect(shown.length).toBeGreaterThan(5);
  expect(
    lines.filter((line) => shown.includes(line)).filter((line, index, all) => all.indexOf(line) === index),
  ).toEqual(shown);
});

const commands = blockOf('console')
  .split(/^\$ npx nbwss /m)
  .slice(1)
  .map((part): [string, string] => {
    const end = part.indexOf('\n');
    return [part.slice(0, end), part.slice(end + 1)];
  });

test('the tour has commands', () => expect(commands.length).toBeGreaterThan(2));

test.each(commands)('npx nbwss %s', async (line, shown) => {
  const one = program(...wordsOf(line));
  expect([await one.ended, normalized(one.output)]).toEqual([0, normalized(shown)]);
});
