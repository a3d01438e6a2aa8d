import { readFileSync } from 'node:fs';
import { decode, encode, UndecodableError } from '../../../../netbackup/wire/codec.ts';

const base = {
  version: '1.0',
  id: 'A',
  type: 'NOTIFICATION',
  subType: 'RESPONSE',
  timeStamp: 1,
  payload: [],
};

describe('decode', () => {
  it('decodes what it encodes, with fields in the order of ENV-2', () => {
    const message = decode(JSON.stringify({ extra: 1, ...base }));
    expect(Object.keys(JSON.parse(encode(message)))).toEqual([
      'version',
      'id',
      'type',
      'subType',
      'timeStamp',
      'payload',
    ]);
  });

  it.each([
    [{ ...base, version: 1 }, 'version'],
    [{ ...base, id: '' }, 'id'],
    [{ ...base, id: undefined }, 'id'],
    [{ ...base, subType: 'REQUEST', id: 5 }, 'id'],
    [{ ...base, type: 'HELLO' }, 'type'],
    [{ ...base, subType: 'ANSWER' }, 'subType'],
    [{ ...base, timeStamp: '1' }, 'timeStamp'],
    [{ ...base, payload: {} }, 'an array'],
    [{ ...base, type: 'CONNECT', payload: [] }, 'an object'],
    [{ ...base, type: 'CONNECT', payload: { valid: 'yes' } }, 'valid'],
    [{ ...base, type: 'COMMAND', subType: 'REQUEST', payload: { uri: '/x', headers: {} } }, 'method'],
    [
      {
        ...base,
        type: 'COMMAND',
        subType: 'REQUEST',
        payload: { uri: '/x', method: 'GET', headers: { A: 1 } },
      },
      'header A',
    ],
    [
      {
        ...base,
        type: 'COMMAND',
        subType: 'REQUEST',
        payload: { uri: '/', method: 'POST', headers: {}, parameters: {} },
      },
      'parameters',
    ],
    [null, 'not an object'],
  ])('refuses %j', (value, reason) => {
    expect(() => decode(JSON.stringify(value))).toThrow(UndecodableError);
    expect(() => decode(JSON.stringify(value))).toThrow(reason);
  });
});

describe('the vectors', () => {
  const path = 'test/fixtures/messages.json';
  const vectors = JSON.parse(readFileSync(path, 'utf8')) as {
    name: string;
    message?: unknown;
    text?: string;
  }[];

  it.each(vectors.map((vector) => [vector.name, vector] as const))('%s', (_name, { message, text }) => {
    if (text !== undefined) expect(() => decode(text)).toThrow(UndecodableError);
    else expect(decode(JSON.stringify(message))).toEqual(message);
  });
});
