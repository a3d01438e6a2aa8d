import { printable, printableLines } from '../../netbackup/terminal.ts';

it.each([
  ['a color', '\x1b[31mred\x1b[0m', '\\u001b[31mred\\u001b[0m'],
  ['the eight-bit form of an escape sequence', '\x9b2J', '\\u009b2J'],
  ['a window title', '\x1b]0;x\x07', '\\u001b]0;x\\u0007'],
  ['an added line', 'vm01\r\nstored job 1', 'vm01\\u000d\\u000astored job 1'],
  ['DEL and NUL', 'a\x7f\0', 'a\\u007f\\u0000'],
  ['bidirectional controls', 'a\u202eb\u2066c', 'a\\u202eb\\u2066c'],
  ['line separators', '\u2028\u2029', '\\u2028\\u2029'],
])('%s', (_, text, shown) => {
  expect(printable(text)).toBe(shown);
});

it('keeps other text', () => {
  const text = 'Käse 日本語 🗄️ \\ "policy" · …';
  expect(printable(text)).toBe(text);
});

it('keeps the meaning of JSON', () => {
  const value = { name: 'a\x9bb\x7f\u2028"\\' };
  expect(JSON.parse(printableLines(JSON.stringify(value, null, 2)))).toEqual(value);
});

it('printableLines keeps line feeds', () => {
  expect(printableLines('a\n\x1bb\n')).toBe('a\n\\u001bb\n');
});
