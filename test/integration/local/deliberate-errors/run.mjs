import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { base } from '../../../../jest.config.mjs';
import { errors } from './errors.mjs';

/** Runs the suites against each deliberate error; fails when one is not noticed or no longer fits the source. */
const root = path.resolve(import.meta.dirname, '../../../..');
const [[pattern, [, options]]] = Object.entries(base.transform);
const transform = { [pattern]: [path.join(import.meta.dirname, 'transform.cjs'), options] };
const chosen = process.argv.slice(2).map(Number);
let missed = 0;
for (const [index, error] of errors.entries()) {
  if (chosen.length > 0 && !chosen.includes(index + 1)) continue;
  const fits = readFileSync(path.join(root, error.file), 'utf8').includes(error.from);
  const run = spawnSync(
    path.join(root, 'node_modules/.bin/jest'),
    [
      '--no-cache',
      '--config',
      // The application itself is not needed here, so it is not synthesized first.
      JSON.stringify({ ...base, maxWorkers: 2, rootDir: root, transform }),
      ...error.suites.map((suite) => `test/${suite.startsWith('unit/') ? '' : 'integration/'}${suite}`),
    ],
    { cwd: root, encoding: 'utf8', env: { ...process.env, DELIBERATE_ERROR: JSON.stringify(error) } },
  );
  const [, failed] = /Tests: +(\d+) failed/.exec(run.stderr) ?? [];
  const verdict = !fits ? 'DOES NOT FIT THE SOURCE' : failed ? `noticed by ${failed} tests` : 'NOT NOTICED';
  if (!fits || !failed) missed += 1;
  process.stdout.write(`${String(index + 1).padStart(2)}. ${error.name}: ${verdict}\n`);
}
process.exit(missed > 0 ? 1 : 0);
