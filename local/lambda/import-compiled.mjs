/**
 * Imports a bundle with code that an earlier process has compiled. Most of a cold start is compilation, and only Node.js 22 and later
 * have a cache for it (`module.enableCompileCache`).
 */
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import v8 from 'node:v8';
import vm from 'node:vm';

/** Node.js 20 loses the loader of `import()` with cached code; of `import.meta`, only `url` is set here. */
const NEEDS_LOADER = /\bimport\s*\(|\bimport\.meta\b(?!\.url\b)/;

/** V8 checks its version and flags, but not the source. */
const cacheFile = (folder, source) => {
  const key = [process.version, ...process.execArgv, source].join('\0');
  return path.join(folder, createHash('sha256').update(key).digest('hex'));
};

const readIfPresent = (file) => {
  try {
    return readFileSync(file);
  } catch {
    return undefined;
  }
};

/** Another process may write or read the same file at the same time. A function runs without the file too. */
const writeIfPossible = (file, data) => {
  const temporary = `${file}.${process.pid}`;
  try {
    mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
    writeFileSync(temporary, data, { mode: 0o600 });
    renameSync(temporary, file);
  } catch {}
};

const builtin = async (specifier) => {
  const exports = await import(specifier);
  const names = Object.keys(exports);
  return new vm.SyntheticModule(names, function () {
    for (const name of names) this.setExport(name, exports[name]);
  });
};

const moduleOf = (href, source, cachedData) =>
  new vm.SourceTextModule(source, {
    identifier: href,
    cachedData,
    initializeImportMeta: (meta) => {
      meta.url = href;
    },
  });

/** @returns undefined without a file, or if V8 refuses it */
const fromCache = (href, source, file) => {
  const data = readIfPresent(file);
  try {
    return data && moduleOf(href, source, data);
  } catch {
    return undefined;
  }
};

/** All functions are compiled for the cache, not only those that the first process calls. */
const compileAll = (href, source) => {
  v8.setFlagsFromString('--no-lazy');
  try {
    return moduleOf(href, source);
  } finally {
    v8.setFlagsFromString('--lazy');
  }
};

/**
 * @param href file URL of an ES module
 * @param folder the folder of the compiled code; a user who can write to it can change what runs
 * @returns its exports
 */
export const importCompiled = async (href, folder) => {
  const source = String(readIfPresent(fileURLToPath(href)) ?? '');
  if (source === '' || NEEDS_LOADER.test(source)) return import(href);
  const file = cacheFile(folder, source);
  const cached = fromCache(href, source, file);
  const module = cached ?? compileAll(href, source);
  if (!module.dependencySpecifiers.every(isBuiltin)) return import(href);
  await module.link(builtin);
  if (!cached) writeIfPossible(file, module.createCachedData());
  await module.evaluate();
  return module.namespace;
};
