/** The command line as a shell sees it: exit codes, and pipes. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { endPrograms, NBWSS, nbwss, Program } from '../support/process.ts';
import { afterTab } from '../support/shells.ts';

let dir: string;
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'nbwss-usage-'));
});
afterAll(async () => {
  await endPrograms();
  rmSync(dir, { recursive: true, force: true });
});

const run = async (args: readonly string[]) => {
  const program = nbwss(args);
  return { code: await program.ended, output: program.output };
};

test('a reader that ends early ends the command without an error', async () => {
  // A list without an end.
  let pages = 0;
  const server = createServer((_, response) => {
    pages += 1;
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ items: [{ jobId: pages }], cursor: `${pages}` }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const command = `'${process.execPath}' '${NBWSS}' jobs --json --all | head -1; echo "exit \${PIPESTATUS[0]}"`;
  const script = join(dir, 'head.mjs');
  writeFileSync(
    script,
    `import { spawnSync } from 'node:child_process';\nprocess.exitCode = spawnSync('bash', ['-c', ${JSON.stringify(command)}], { stdio: 'inherit' }).status;\n`,
  );
  const program = new Program([script], { env: { NBWSS_URL: url, NBWSS_API_KEY: 'k' } });
  await program.ended;
  server.closeAllConnections();
  server.close();
  expect(program.output).toBe('{"jobId":1}\nexit 0\n');
});

test('a wrong command line exits with 2, help and version with 0', async () => {
  expect(await run(['jobs', '--limit', '0'])).toMatchObject({ code: 2 });
  expect(await run(['nonsense'])).toMatchObject({ code: 2 });
  const { version } = JSON.parse(readFileSync(join(NBWSS, '../../package.json'), 'utf8'));
  expect(await run(['--version'])).toEqual({ code: 0, output: `${version}\n` });
});

test('the script of nbwss completion completes commands and options in bash', async () => {
  const { code, output } = await run(['completion', 'bash']);
  expect(code).toBe(0);
  expect(afterTab('bash', output, 'nbwss endpoints rot')).toBe('rotate');
  expect(afterTab('bash', output, 'nbwss jobs --lim')).toBe('--limit');
});
