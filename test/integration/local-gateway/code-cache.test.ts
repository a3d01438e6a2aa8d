/** Compiled code that cold starts share: it never changes what a function does. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ManualClock } from '../../support/clocks.ts';
import { functionSpec, startFunctions } from './support.ts';

describe('the code cache', () => {
  let root: string;
  let codeCache: string;
  beforeEach(() => {
    root = mkdtempSync(path.join(tmpdir(), 'code-cache-'));
    codeCache = path.join(root, 'compiled');
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  const write = (name: string, source: string): void => {
    mkdirSync(path.join(root, 'code'), { recursive: true });
    writeFileSync(path.join(root, 'code', name), source);
  };
  /** The result of a cold start, and each line that the function wrote. */
  const coldStart = async () => {
    const lines: string[] = [];
    const specs = [functionSpec('scripted', { codeDir: path.join(root, 'code') })];
    const { lambda } = startFunctions(new ManualClock(), specs, {
      codeCache,
      onOutput: (_name, _id, line) => lines.push(line),
    });
    const result = await lambda.invoke('scripted', {});
    await lambda.stop();
    return { result, lines };
  };
  const payload = (value: unknown) => ({ result: { ok: true, payload: value }, lines: [] });
  const cached = (): readonly string[] => {
    try {
      return readdirSync(codeCache);
    } catch {
      return [];
    }
  };
  const RETURNS = (value: string) =>
    `import { basename } from 'node:path';\nexport const handler = async () => [basename(import.meta.url), '${value}'];`;

  it('is written by the first cold start and used by the next ones', async () => {
    write('index.mjs', RETURNS('a'));
    for (const _ of [1, 2]) expect(await coldStart()).toEqual(payload(['index.mjs', 'a']));
    expect(cached()).toHaveLength(1);
  });

  it('is not that of other code of the same length', async () => {
    write('index.mjs', RETURNS('a'));
    await coldStart();
    write('index.mjs', RETURNS('b'));
    expect(await coldStart()).toEqual(payload(['index.mjs', 'b']));
    expect(cached()).toHaveLength(2);
  });

  it('is written again when V8 refuses it', async () => {
    write('index.mjs', RETURNS('a'));
    await coldStart();
    const [name = ''] = cached();
    writeFileSync(path.join(codeCache, name), 'not compiled code');
    expect(await coldStart()).toEqual(payload(['index.mjs', 'a']));
    expect(readFileSync(path.join(codeCache, name), 'latin1')).not.toBe('not compiled code');
  });

  it('may be in a folder that cannot be written', async () => {
    write('index.mjs', RETURNS('a'));
    writeFileSync(codeCache, 'a file');
    expect(await coldStart()).toEqual(payload(['index.mjs', 'a']));
  });

  it.each([
    ['other files', "import { value } from './value.mjs';\nexport const handler = async () => value;"],
    ['files later', "export const handler = async () => (await import('./value.mjs')).value;"],
    ['its own folder', 'export const handler = async () => import.meta.dirname && 1;'],
  ])('does not hold code that needs %s', async (_, source) => {
    write('index.mjs', source);
    write('value.mjs', 'export const value = 1;');
    expect(await coldStart()).toEqual(payload(1));
    expect(cached()).toEqual([]);
  });

  it('leaves the errors of a function as they are', async () => {
    write('index.mjs', 'export const handler = async () => {');
    expect((await coldStart()).result).toMatchObject({ errorType: 'Runtime.UserCodeSyntaxError' });
    write('index.mjs', "import 'absent-package';\nexport const handler = async () => {};");
    expect((await coldStart()).result).toMatchObject({ errorType: 'Runtime.ImportModuleError' });
    expect(cached()).toEqual([]);
  });
});
