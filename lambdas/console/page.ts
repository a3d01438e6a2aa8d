/** Reads the files of the console's page from the build folder beside the function. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';

export type Encoding = 'br' | 'gzip';

export interface PageFile {
  readonly contentType: string;
  readonly body: Buffer;
  /** Compressed by the build, where that makes it smaller. */
  readonly compressed: Readonly<Partial<Record<Encoding, Buffer>>>;
  readonly etag: string;
}

/** The files by their paths below `/console/`. */
export type Page = ReadonlyMap<string, PageFile>;

/** How the build names compressed copies. */
const SUFFIXES: Readonly<Record<Encoding, string>> = { br: '.br', gzip: '.gz' };

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.ico': 'image/x-icon',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.webmanifest': 'application/manifest+json',
  '.woff2': 'font/woff2',
};

const filesBelow = (folder: string): Map<string, Buffer> =>
  new Map(
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) => join(parentPath, name))
      .map((file) => [file.slice(folder.length + 1).replaceAll('\\', '/'), readFileSync(file)]),
  );

const isCompressedCopy = (name: string): boolean =>
  Object.values(SUFFIXES).some((suffix) => name.endsWith(suffix));

/** Weak: it is the same for every encoding (RFC 9110, 8.8.1). */
const etagOf = (body: Buffer): string =>
  `W/"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`;

/** Reads all files, a few hundred kilobytes, so that a request reads none. @throws Error for a type of file that is not known */
export const readPage = (folder: string): Page => {
  const files = filesBelow(folder);
  const originals = [...files].filter(([name]) => !isCompressedCopy(name));
  return new Map(
    originals.map(([name, body]) => {
      const contentType = CONTENT_TYPES[extname(name)];
      if (contentType === undefined) throw new Error(`The type of ${name} is not known to the console.`);
      const copies = Object.entries(SUFFIXES).flatMap(([encoding, suffix]) => {
        const copy = files.get(`${name}${suffix}`);
        return copy ? [[encoding, copy] as const] : [];
      });
      return [name, { contentType, body, compressed: Object.fromEntries(copies), etag: etagOf(body) }];
    }),
  );
};

/** What `index.html` has in place of the way to the console's root. */
const BASE = '<base href="./">';

/**
 * `index.html` for a view so many folders below the console. Its links are relative, because nobody knows which path a domain name or
 * a proxy puts before it. @throws Error if it has no base
 */
export const indexBelow = ({ contentType, body: index }: PageFile, folders: number): PageFile => {
  const text = index.toString();
  if (!text.includes(BASE)) throw new Error(`The page of the console has no ${BASE}.`);
  const body = Buffer.from(text.replace(BASE, `<base href="${'../'.repeat(folders) || './'}">`));
  const compressed = { br: brotliCompressSync(body), gzip: gzipSync(body) };
  return { contentType, body, compressed, etag: etagOf(body) };
};
