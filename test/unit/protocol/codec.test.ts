import { isOf, parseMessage } from '../../../lambdas/protocol/codec.ts';
import { vectors } from '../../support/fakes.ts';

const received = vectors.flatMap(({ name, clause, message }) => (message ? [{ name, clause, message }] : []));
const broken = vectors.flatMap(({ name, clause, text }) =>
  text === undefined ? [] : [{ name, clause, text }],
);

describe('parseMessage', () => {
  it('has enough valid and invalid vectors', () => {
    expect(received.length).toBeGreaterThan(15);
    expect(broken.length).toBeGreaterThan(4);
  });

  it.each(received)('$clause parses $name with all fields', ({ message }) => {
    expect(parseMessage(JSON.stringify(message))).toEqual({ ok: true, message });
  });

  it.each(broken)('$clause rejects $name without throwing', ({ text }) => {
    expect(parseMessage(text)).toEqual({ ok: false, reason: 'not-json' });
  });

  it('ENV-6 keeps unknown fields, and reads fields in any order', () => {
    const text =
      '{"payload":{},"extra":[1],"subType":"REQUEST","type":"CONNECT","id":"a","timeStamp":1,"version":"2"}';
    expect(parseMessage(text)).toEqual({ ok: true, message: JSON.parse(text) });
  });

  it('ENV-4 does not change an id', () => {
    const id = ' \u0000ä"\\/ 7f ';
    expect(parseMessage(JSON.stringify({ id, type: 'A', subType: 'B' }))).toMatchObject({
      ok: true,
      message: { id },
    });
  });

  it.each(['"id":7,', '"id":null,', '"id":{"a":[]},', ''])(
    'ENV-4 the id may be anything: {%s…}',
    (member) => {
      const text = `{${member}"type":"CONNECT","subType":"REQUEST"}`;
      expect(parseMessage(text)).toEqual({ ok: true, message: JSON.parse(text) });
    },
  );

  it.each([
    ['', 'not-json'],
    ['\u{feff}{}', 'not-json'],
    ['{"a":1}{"b":2}', 'not-json'],
    ['null', 'not-an-object'],
    ['[]', 'not-an-object'],
    ['"text"', 'not-an-object'],
    ['1e400', 'not-an-object'],
    ['{}', 'not-an-envelope'],
    ['{"id":"a","type":"CONNECT"}', 'not-an-envelope'],
    ['{"id":"a","type":{},"subType":"REQUEST"}', 'not-an-envelope'],
  ])('returns the reason why %j is not a message', (text, reason) => {
    expect(parseMessage(text)).toMatchObject({ ok: false, reason });
  });

  it('returns the id of an incomplete envelope, if it has one', () => {
    expect(parseMessage('{"id":"abc"}')).toEqual({ ok: false, reason: 'not-an-envelope', id: 'abc' });
    expect(parseMessage('{"id":5}')).toEqual({ ok: false, reason: 'not-an-envelope', id: 5 });
  });

  it('parses deep nesting', () => {
    const deep = `${'['.repeat(60_000)}${']'.repeat(60_000)}`;
    expect(parseMessage(`{"id":"a","type":"T","subType":"S","payload":${deep}}`).ok).toBe(true);
    expect(parseMessage(deep)).toEqual({ ok: false, reason: 'not-an-object' });
  });
});

describe('isOf', () => {
  const message = { id: 'a', type: 'COMMAND', subType: 'RESPONSE' };
  it.each([
    ['COMMAND', 'RESPONSE', true],
    ['COMMAND', 'REQUEST', false],
    ['CONNECT', 'RESPONSE', false],
    ['command', 'response', false],
  ])('%s %s: %s', (type, subType, expected) => {
    expect(isOf(message, type, subType)).toBe(expected);
  });
});
