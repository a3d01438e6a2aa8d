import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
} from 'node:fs';
import path from 'node:path';
import { buildSync } from 'esbuild';

const SOURCE = path.resolve('test/fixtures/local-assembly');
const TARGET = path.resolve('.local/test');
const CODE = 'asset.0a1b/index.mjs';

/**
 * The fixture assembly with its functions bundled, as deployed functions are: a cold start that loads the SDK from its
 * packages costs twice the CPU time. Built again when the fixture or a version of a package changes.
 */
export function bundledFixture(): string {
  const files = readdirSync(SOURCE, { recursive: true, encoding: 'utf8' }).filter((file) =>
    path.extname(file),
  );
  const hash = createHash('sha256').update(readFileSync('package-lock.json'));
  for (const file of files.sort())
    if (file !== path.dirname(CODE)) hash.update(readFileSync(path.join(SOURCE, file)));
  const folder = path.join(TARGET, `local-assembly-${hash.digest('hex').slice(0, 16)}`);
  if (existsSync(folder)) return folder;
  mkdirSync(TARGET, { recursive: true });
  const draft = mkdtempSync(`${folder}-`);
  cpSync(SOURCE, draft, { recursive: true });
  buildSync({
    entryPoints: [path.join(SOURCE, CODE)],
    outfile: path.join(draft, CODE),
    allowOverwrite: true,
    bundle: true,
    minify: true,
    platform: 'node',
    format: 'esm',
    mainFields: ['module', 'main'],
    banner: { js: "import{createRequire}from'node:module';const require=createRequire(import.meta.url);" },
  });
  try {
    renameSync(draft, folder);
  } catch {
    // Another worker was first.
    rmSync(draft, { recursive: true });
  }
  return folder;
}
