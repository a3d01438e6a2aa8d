/**
 * The command line as one bundle for the tests that start many processes of it: tsx translates every module again in each process,
 * which takes most of a short one. `test/cli/package.test.ts` and `test/cli/usage.test.ts` run the real entry.
 */
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build, type Plugin } from 'esbuild';
import { digestsIn } from '../../bin/nbwss/folder-digest.ts';
import { generateInto } from '../../bin/nbwss/verified-output.ts';

/** Folders whose modules the command line may load. */
const SOURCES = ['bin', 'client', 'lambdas', 'lib', 'local', 'netbackup', 'package-lock.json'];

/** Modules find files beside themselves: each keeps its own address. */
const ownAddresses = (root: string): Plugin => ({
  name: 'own-addresses',
  setup(esbuild) {
    esbuild.onLoad({ filter: /\.ts$/ }, async ({ path }) => {
      if (!path.startsWith(root) || path.includes('/node_modules/')) return undefined;
      const contents = (await readFile(path, 'utf8'))
        .replaceAll('import.meta.url', JSON.stringify(pathToFileURL(path).href))
        .replaceAll('import.meta.dirname', JSON.stringify(dirname(path)));
      return { contents, loader: 'ts' };
    });
  },
});

const generate = (root: string, outdir: string): Promise<unknown> =>
  build({
    entryPoints: { nbwss: join(root, 'bin/nbwss.ts') },
    outdir,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    // Each command loads its own modules, as in the real one.
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    mainFields: ['module', 'main'],
    plugins: [ownAddresses(root)],
    // CommonJS packages need a `require`.
    banner: {
      js: "import { createRequire as requireFrom } from 'node:module'; const require = requireFrom(import.meta.url);",
    },
    logLevel: 'warning',
    absWorkingDir: root,
  });

/** Writes `nbwss.mjs` and the modules that its commands load, unless the sources are unchanged. */
export const bundleCommandLine = async (root: string, outdir: string): Promise<void> => {
  const sources = await digestsIn(root, (name) => SOURCES.includes(name));
  await generateInto(outdir, JSON.stringify(sources), async (folder) => void (await generate(root, folder)));
};
