import { spawnSync } from 'node:child_process';

const PROGRAM = `
const { Worker } = require('node:worker_threads');
const watch = new Worker('./test/support/hang-watch.cjs', { workerData: { limitMs: 100 } });
watch.unref();
watch.postMessage({ file: 'a.test.ts' });
watch.postMessage({ test: 'an endless test' });
setTimeout(function spin() { for (;;); });
`;

test('a test file in an endless loop is ended, and its test and place are printed', () => {
  const { signal, stderr } = spawnSync(process.execPath, ['--eval', PROGRAM], { encoding: 'utf8' });
  expect(signal).toBe('SIGKILL');
  expect(stderr).toContain('a.test.ts has run for 100 ms and is ended. Its last test: an endless test');
  expect(stderr).toContain('at spin ');
});
