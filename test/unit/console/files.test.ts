/** The built page: small enough for a slow line, and nothing that a strict Content-Security-Policy forbids. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { buildConsole } from '../../../console/build.ts';

const KB = 1000;
/** Names of XML languages and a text of an error, which nothing loads. */
const NOT_LOADED = [
  'http://www.w3.org/1999/xhtml',
  'http://www.w3.org/2000/svg',
  'http://www.w3.org/1998/Math/MathML',
  'https://github.com/preactjs/preact-iso#locationprovider',
];

type Files = ReadonlyMap<string, Buffer>;

const built = async (): Promise<Files> => {
  const folder = mkdtempSync(join(tmpdir(), 'nbwss-console-'));
  try {
    await buildConsole(folder);
    const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
      name.includes('.'),
    );
    return new Map(names.sort().map((name) => [name, readFileSync(join(folder, name))]));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

/** A script and what it imports at once; views that are loaded later are not among them. */
const withImports = (files: Files, script: string, found = new Set<string>()): ReadonlySet<string> => {
  if (found.has(script)) return found;
  found.add(script);
  const source = files.get(script)?.toString() ?? '';
  for (const [, name] of source.matchAll(/(?:from|import)"\.\/([^"]+)"/g))
    withImports(files, `assets/${name}`, found);
  return found;
};

describe('the built console', () => {
  let files: Files;
  let page: string;
  beforeAll(async () => {
    files = await built();
    page = files.get('index.html')?.toString() ?? '';
  });
  const sizeOf = (names: Iterable<string>): number =>
    [...names].reduce((sum, name) => sum + (files.get(name)?.length ?? Number.NaN), 0);
  const scripts = (): string[] => [...files.keys()].filter((name) => name.endsWith('.js'));

  const entries = (): string[] => [...page.matchAll(/src="(assets\/[^"]+)"/g)].map(([, name]) => name ?? '');
  /** The scripts of views that are loaded when they are opened. */
  const views = (): string[] =>
    scripts().flatMap((name) =>
      [...(files.get(name)?.toString() ?? '').matchAll(/import\("\.\/([^"]+)"\)/g)].map(
        ([, view]) => `assets/${view}`,
      ),
    );

  it('loads at most 60 KB of script, compressed, whichever view is opened first', () => {
    const [entry = ''] = entries();
    const sizes = ['', ...views()].map((view) => {
      const loaded = withImports(files, entry);
      const all = view === '' ? loaded : withImports(files, view, new Set(loaded));
      return [...all].reduce((sum, name) => sum + gzipSync(files.get(name) ?? '').length, 0);
    });
    expect(sizes.length).toBeGreaterThan(10);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(60 * KB);
  });

  it('loads less than 150 KB of files for the first view, which leaves 50 KB for its data', () => {
    const named = [...page.matchAll(/(?:src|href)="(assets\/[^"]+)"/g)].map(([, name]) => name ?? '');
    const first = named.flatMap((name) => (name.endsWith('.js') ? [...withImports(files, name)] : [name]));
    expect(named).toHaveLength(2);
    expect(sizeOf(['index.html', ...first])).toBeLessThan(150 * KB);
  });

  it('has no script and no style in the page, and no handler in an attribute', () => {
    expect(page).not.toMatch(/<script(?![^>]*\ssrc=)/);
    expect(page).not.toMatch(/<style|\sstyle=|\son[a-z]+=|javascript:/i);
  });

  it('builds no script from text', () => {
    for (const name of scripts())
      expect(files.get(name)?.toString()).not.toMatch(/\beval\(|\bnew Function\b|\bimport\("data:/);
  });

  it('never writes HTML from text', () => {
    const sources = readdirSync('console/src', { recursive: true, encoding: 'utf8' }).filter((name) =>
      /\.tsx?$/.test(name),
    );
    expect(sources.length).toBeGreaterThan(20);
    for (const name of sources)
      expect(readFileSync(join('console/src', name), 'utf8')).not.toMatch(
        /innerHTML|outerHTML|insertAdjacentHTML|document\.write|srcdoc/i,
      );
  });

  it('names no other site', () => {
    const urls = [...files.values()].flatMap(
      (file) => file.toString().match(/https?:\/\/[^"'`\s)<>\\]+/g) ?? [],
    );
    expect(urls.filter((url) => !NOT_LOADED.includes(url))).toEqual([]);
  });

  it('is the same for the same sources', async () => {
    expect(await built()).toEqual(files);
  });
});
