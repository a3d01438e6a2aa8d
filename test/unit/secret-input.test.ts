import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { type Input, readHidden, readSecret } from '../../bin/nbwss/secret-input.ts';

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'secret-input-'));
});
afterAll(() => rm(dir, { recursive: true }));

/** A terminal that records the order of mode changes and output. */
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

describe('a hidden prompt', () => {
  it('does not echo the input, which may arrive in parts', async () => {
    const { input, output, keyboard, seen } = terminal();
    const answer = readHidden('Key: ', input, output);
    for (const piece of ['A', 'bc', '-1', '\r']) keyboard.write(piece);
    expect(await answer).toBe('Abc-1');
    expect(seen).toEqual(['raw', 'Key: ', 'cooked', '\n']);
  });

  it('supports erase keys', async () => {
    const { input, output, keyboard } = terminal();
    const answer = readHidden('Key: ', input, output);
    keyboard.write('wrong\x15ab\x7fc\x08d\n');
    expect(await answer).toBe('ad');
  });

  it.each(['\x03', '\x04'])('is cancelled by %j, and restores the terminal', async (key) => {
    const { input, output, keyboard, seen } = terminal();
    const answer = readHidden('Key: ', input, output);
    keyboard.write(`half${key}\n`);
    await expect(answer).rejects.toThrow('No input was given.');
    expect(seen.at(-2)).toBe('cooked');
  });

  it('fails when the input ends', async () => {
    const { input, output, keyboard } = terminal();
    const answer = readHidden('Key: ', input, output);
    keyboard.end();
    await expect(answer).rejects.toThrow('No input was given.');
  });
});

describe('readSecret', () => {
  it('reads a file without the line end', async () => {
    await writeFile(join(dir, 'key'), 'Akey\r\n');
    expect(await readSecret(join(dir, 'key'), 'API key')).toBe('Akey');
  });

  it('reads standard input', async () => {
    expect(await readSecret('-', 'API key', Readable.from([Buffer.from('A'), Buffer.from('b\n')]))).toBe(
      'Ab',
    );
  });

  it.each([
    ['an empty file', ''],
    ['blank lines', ' \n\n'],
    ['two lines', 'Akey\nBkey\n'],
    ['text that is not ASCII', 'Äkey'],
  ])('refuses %s without showing the text', async (_, text) => {
    await writeFile(join(dir, 'bad'), text);
    const reading = readSecret(join(dir, 'bad'), 'API key');
    await expect(reading).rejects.toThrow(/bad is not a key\. One line without spaces is expected\.$/);
    await expect(readSecret('-', 'API key', Readable.from([text]))).rejects.toThrow(
      /^Standard input is not a key/,
    );
  });

  it('names a file that does not exist', async () => {
    await expect(readSecret(join(dir, 'none'), 'API key')).rejects.toThrow(/none cannot be read \(ENOENT\)/);
  });
});
