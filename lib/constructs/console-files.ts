/** The files of the console's page beside its function. */
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { extname, join, relative } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import { buildConsole } from '../../console/build.ts';

/** The files by their paths beside the function: `page/index.html`, `page/index.html.br`. */
export type ConsoleFiles = ReadonlyMap<string, Uint8Array>;

const COMPRESSIBLE = ['.css', '.html', '.ico', '.js', '.json', '.svg', '.txt', '.webmanifest'];

const compress = {
  '.br': (contents: Buffer) =>
    promisify(brotliCompress)(contents, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }),
  '.gz': (contents: Buffer) => promisify(gzip)(contents, { level: 9 }),
};

/** The file, and its compressed copies that are smaller: the gateway compresses nothing. */
const withCopies = async (path: string, contents: Buffer): Promise<[string, Uint8Array][]> => {
  if (!COMPRESSIBLE.includes(extname(path))) return [[path, contents]];
  const copies = await Promise.all(
    Object.entries(compress).map(async ([suffix, run]) => [`${path}${suffix}`, await run(contents)] as const),
  );
  return [
    [path, contents],
    ...copies
      .filter(([, copy]) => copy.length < contents.length)
      .map(([name, copy]) => [name, copy] as [string, Uint8Array]),
  ];
};

/** Builds the page. */
export async function consoleFiles(): Promise<ConsoleFiles> {
  const folder = await mkdtemp(join(tmpdir(), 'nbwss-console-'));
  try {
    await buildConsole(folder);
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    const files = entries
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) => join(parentPath, name));
    const all = await Promise.all(
      files
        .sort()
        .map(async (file) => withCopies(join('page', relative(folder, file)), await readFile(file))),
    );
    return new Map(all.flat());
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
