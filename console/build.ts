/** Builds the console's page: `index.html`, and scripts and styles whose names contain the hash of their content. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type BuildOptions, build } from 'esbuild';

const folder = import.meta.dirname;

const OPTIONS = {
  absWorkingDir: folder,
  entryPoints: { console: 'src/main.tsx' },
  entryNames: 'assets/[name]-[hash]',
  chunkNames: 'assets/[name]-[hash]',
  bundle: true,
  // Views are loaded when they are opened.
  splitting: true,
  minify: true,
  format: 'esm',
  target: ['chrome123', 'edge123', 'firefox120', 'safari17.5'],
  jsx: 'automatic',
  jsxImportSource: 'preact',
  legalComments: 'none',
  logLevel: 'warning',
  metafile: true,
} as const satisfies BuildOptions;

/** Writes the page into this folder. The same sources make the same files. */
export const buildConsole = async (outDir: string): Promise<void> => {
  const { metafile } = await build({ ...OPTIONS, outdir: outDir });
  const entry = Object.entries(metafile.outputs).find(([, { entryPoint }]) => entryPoint === 'src/main.tsx');
  if (entry?.[1].cssBundle === undefined) throw new Error('The console has no entry point with styles.');
  const pathOf = (output: string): string => output.slice(output.indexOf('assets/'));
  const page = readFileSync(join(folder, 'index.html'), 'utf8')
    .replace('%SCRIPT%', pathOf(entry[0]))
    .replace('%STYLE%', pathOf(entry[1].cssBundle));
  mkdirSync(outDir, { recursive: true });
  writeFileSync(join(outDir, 'index.html'), page);
};
