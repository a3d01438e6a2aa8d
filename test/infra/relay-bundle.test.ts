/** The program of the relay's image: it starts where there is nothing but Node.js and this file. */
import { isBuiltin } from 'node:module';
import { build, stop } from 'esbuild';
import { PROGRAM_OPTIONS } from '../../lib/constructs/bundle.ts';
import { RELAY_ENTRY } from '../../lib/constructs/relay-image.ts';

/** Faster parts of `ws`, which goes on without them. */
const OPTIONAL = ['bufferutil', 'utf-8-validate'];

afterAll(() => stop());

test('only modules of Node.js are imported', async () => {
  const { metafile } = await build({
    ...PROGRAM_OPTIONS,
    entryPoints: [RELAY_ENTRY],
    outdir: 'out',
    write: false,
    metafile: true,
  });
  const imported = Object.values(metafile.outputs).flatMap(({ imports }) => imports.map(({ path }) => path));
  expect(imported).toContain('node:https');
  const others = imported.filter((module) => !isBuiltin(module));
  expect(others.filter((module) => !OPTIONAL.includes(module))).toEqual([]);
});
