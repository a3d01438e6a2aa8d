import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';

/** Everything that a synthesized template or a bundle can depend on. */
const SOURCES = [
  'bin/endpoint.ts',
  'cdk.json',
  'lambdas',
  'lib',
  'package.json',
  'package-lock.json',
  'tsconfig.json',
];
/** npm leaves it out of a package. */
const MAY_BE_ABSENT = new Set(['package-lock.json']);
const MARK = '.sources';

const filesBelow = async (root: string, path: string): Promise<string[]> => {
  const full = join(root, path);
  const entries = await readdir(full, { withFileTypes: true, recursive: true }).catch(
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOTDIR') return undefined;
      if (error.code === 'ENOENT' && MAY_BE_ABSENT.has(path)) return [];
      throw error;
    },
  );
  if (!entries) return [path];
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(root, join(entry.parentPath, entry.name)));
};

const digestOf = async (root: string): Promise<string> => {
  const hash = createHash('sha256').update(process.version);
  const files = (await Promise.all(SOURCES.map((path) => filesBelow(root, path)))).flat().sort();
  for (const file of files) {
    hash.update(`${file}\0`).update(await readFile(join(root, file)));
  }
  return hash.digest('hex');
};

const runApp = (root: string, outDir: string): Promise<void> =>
  new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['--import', 'tsx', 'bin/endpoint.ts'], {
      cwd: root,
      env: { ...process.env, CDK_OUTDIR: outDir },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let errors = '';
    child.stderr.on('data', (chunk: Buffer) => {
      errors += chunk.toString();
    });
    child.once('error', reject);
    child.once('close', (code) => {
      if (code === 0) resolve();
      else reject(new Error(`The CDK app could not be synthesized.\n${errors.trim()}`));
    });
  });

/**
 * Synthesizes the CDK app into `outDir`, unless it holds what these sources give already.
 * @returns whether it had to.
 * @throws Error with the app's own words.
 */
export const synthesize = async (root: string, outDir: string): Promise<boolean> => {
  const digest = await digestOf(root);
  const mark = join(outDir, MARK);
  if ((await readFile(mark, 'utf8').catch(() => '')) === digest) return false;
  await runApp(root, outDir);
  await writeFile(mark, digest);
  return true;
};
