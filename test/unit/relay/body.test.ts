import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { createBodyReader } from '../../../relay/management/body.ts';

const request = (...chunks: readonly string[]) =>
  Readable.from(chunks.map((chunk) => Buffer.from(chunk))) as IncomingMessage;
const itself = async <T>(body: T): Promise<T> => body;

it('gives the whole body up to the limit', async () => {
  const read = createBodyReader(6);
  expect(await read(request('abc', 'def'), itself)).toEqual(Buffer.from('abcdef'));
  expect(await read(request(), itself)).toEqual(Buffer.alloc(0));
});

it('reads one that is too large to its end, and holds nothing of it', async () => {
  const read = createBodyReader(6, 6);
  const large = request('abc', 'defg', 'h');
  expect(await read(large, itself)).toBe('too-large');
  expect(large.readableEnded).toBe(true);
  expect(await read(request('abcdef'), itself)).toEqual(Buffer.from('abcdef'));
});

it('refuses one that is too much together with those that are in use, until they are done', async () => {
  const read = createBodyReader(6, 10);
  let done = () => {};
  const using = new Promise<void>((resolve) => {
    done = resolve;
  });
  const first = read(request('abcdef'), () => using);
  expect(await read(request('abc', 'de'), itself)).toBe('too-many');
  expect(await read(request('abcd'), itself)).toEqual(Buffer.from('abcd'));
  done();
  await first;
  expect(await read(request('abcdef'), itself)).toEqual(Buffer.from('abcdef'));
});

it('stops reading one that does not end', async () => {
  const chunk = 'x'.repeat(2 ** 20);
  const endless = function* () {
    for (;;) yield chunk;
  };
  const body = Readable.from(endless()) as IncomingMessage;
  await expect(createBodyReader(6)(body, itself)).rejects.toThrow('far too large');
});

it('holds nothing of one that fails', async () => {
  const read = createBodyReader(6, 6);
  const failing = async function* () {
    yield Buffer.from('abcdef');
    throw new Error('reset');
  };
  await expect(read(Readable.from(failing()) as IncomingMessage, itself)).rejects.toThrow('reset');
  expect(await read(request('abcdef'), itself)).toEqual(Buffer.from('abcdef'));
});
