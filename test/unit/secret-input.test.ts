import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { type Input, secretFrom, typed } from '../../bin/nbwss/secret-input.ts';

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'secret-input-'));
});
afterAll(() => rm(dir, { recursive: true }));

/** A terminal as the prompt sees it, and in which order it was made raw and written to. */
const terminal = () => {
  const seen: string[] = [];
  const keyboard = new PassThrough();
  const input: Input = Object.assign(keyboard, {
    isTTY: true as const,
    setRawMode(isRaw: boolean) {
      seen.push(isRaw ? 'raw' : 'cooked');
      return input as never;
    },
  });
  const output = new PassThrough();
  output.on('data', (chunk: Buffer) => seen.push(chunk.toString()));
  return { input, output, keyboard, seen };
};

describe('typed on a terminal', () => {
  it('is not shown, in however many pieces it comes', async () => {
    const { input, output, keyboard, seen } = terminal();
    const answer = typed('Key: ', input, output);
    for (const piece of ['A', 'bc', '-1', '\r']) keyboard.write(piece);
    expect(await answer).toBe('Abc-1');
    expect(seen).toEqual(['raw', 'Key: ', 'cooked', '\n']);
  });

  it('can be corrected', async () => {
    const { input, output, keyboard } = terminal();
    const answer = typed('Key: ', input, output);
    keyboard.write('wrong\x15ab\x7fc\x08d\n');
    expect(await answer).toBe('ad');
  });

  it.each(['\x03', '\x04'])('is left with %j, and the terminal is as before', async (key) => {
    const { input, output, keyboard, seen } = terminal();
    const answer = typed('Key: ', input, output);
    keyboard.write(`half${key}\n`);
    await expect(answer).rejects.toThrow('Nothing was entered.');
    expect(seen.at(-2)).toBe('cooked');
  });

  it('fails when the terminal goes away', async () => {
    const { input, output, keyboard } = terminal();
    const answer = typed('Key: ', input, output);
    keyboard.end();
    await expect(answer).rejects.toThrow('Nothing was entered.');
  });
});

describe('a secret', () => {
  it('comes from a file, without the end of its line', async () => {
    await writeFile(join(dir, 'key'), 'Akey\r\n');
    expect(await secretFrom(join(dir, 'key'), 'API key')).toBe('Akey');
  });

  it('comes from a pipe', async () => {
    expect(await secretFrom('-', 'API key', Readable.from([Buffer.from('A'), Buffer.from('b\n')]))).toBe(
      'Ab',
    );
  });

  it.each([
    ['nothing', ''],
    ['blank lines', ' \n\n'],
    ['two lines', 'Akey\nBkey\n'],
    ['what is no ASCII', 'Äkey'],
  ])('is not %s, of which nothing is shown', async (_, text) => {
    await writeFile(join(dir, 'bad'), text);
    const reading = secretFrom(join(dir, 'bad'), 'API key');
    await expect(reading).rejects.toThrow(/bad holds no key: one line without blanks is expected\.$/);
    await expect(secretFrom('-', 'API key', Readable.from([text]))).rejects.toThrow(/^Standard input holds/);
  });

  it('a file that is not there is named', async () => {
    await expect(secretFrom(join(dir, 'none'), 'API key')).rejects.toThrow(/none cannot be read \(ENOENT\)/);
  });
});
