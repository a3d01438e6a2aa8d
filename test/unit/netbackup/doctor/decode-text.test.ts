import { decodeText } from '../../../../netbackup/doctor/decode-text.ts';

const TEXT = '{"groupId":"東京"}';

const utf16 = (bigEndian: boolean, withMark: boolean): Buffer => {
  const bytes = Buffer.from((withMark ? '\uFEFF' : '') + TEXT, 'utf16le');
  return bigEndian ? bytes.swap16() : bytes;
};

test.each<[what: string, bytes: Buffer, codes: string[]]>([
  ['UTF-8', Buffer.from(TEXT), []],
  ['UTF-8 with a byte order mark', Buffer.from(`\uFEFF${TEXT}`), ['text-bom']],
  ['UTF-16, little-endian', utf16(false, true), ['text-utf16']],
  ['UTF-16, big-endian', utf16(true, true), ['text-utf16']],
  ['UTF-16 without byte order mark', utf16(false, false), ['text-utf16']],
  ['UTF-16, big-endian, without byte order mark', utf16(true, false), ['text-utf16']],
])('%s is read', (_, bytes, codes) => {
  const { text, findings } = decodeText(bytes);
  expect(text).toBe(TEXT);
  expect(findings.map(({ code }) => code)).toEqual(codes);
});

test('invalid UTF-8 is reported, and decoded as far as possible', () => {
  const shiftJis = Buffer.concat([Buffer.from('{"groupId":"'), Buffer.from([0x93, 0x8c]), Buffer.from('"}')]);
  const { text, findings } = decodeText(shiftJis);
  expect(text).toMatch(/^\{"groupId":"\uFFFD+"\}$/);
  expect(findings.map(({ code }) => code)).toEqual(['text-not-utf8']);
});

test('no bytes are an empty text', () => {
  expect(decodeText(Buffer.alloc(0))).toEqual({ text: '', findings: [] });
});
