/** The types of the client of the API. */
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { clientTypes, typeOf } from '../../support/client-types.ts';

const FILE = 'client/paths.ts';

const formatted = (text: string): string =>
  execFileSync('node_modules/.bin/biome', ['format', `--stdin-file-path=${FILE}`], {
    input: text,
    encoding: 'utf8',
    timeout: 120_000,
  });

test('client/paths.ts is generated from docs/openapi.json (UPDATE_DOCS=1 writes it)', () => {
  const text = formatted(clientTypes(JSON.parse(readFileSync('docs/openapi.json', 'utf8'))));
  if (process.env['UPDATE_DOCS']) writeFileSync(FILE, text);
  expect(readFileSync(FILE, 'utf8')).toBe(text);
});

test.each([
  [{ type: 'integer' }, 'number'],
  [{ type: ['string', 'null'] }, 'string | null'],
  [{ enum: ['a', 1] }, '"a" | 1'],
  [{ type: 'array', items: { type: 'boolean' } }, '(boolean)[]'],
  [
    { type: 'object', properties: { a: { type: 'string' }, b: {} }, required: ['a'] },
    '{ "a": string; "b"?: unknown; }',
  ],
  [{ type: 'object', additionalProperties: { type: 'string' } }, 'Record<string, string>'],
  [{ $ref: '#/components/schemas/Group' }, 'Schemas["Group"]'],
  [{ allOf: [{ type: 'string' }, { enum: ['a'] }] }, '(string) & ("a")'],
  [{ anyOf: [{ type: 'string' }, { type: 'number' }] }, '(string) | (number)'],
])('%j is %s', (schema, type) => {
  expect(typeOf(schema)).toBe(type);
});

test('a schema that is not supported is refused, not left out', () => {
  expect(() => typeOf({ type: 'file' })).toThrow('No type is known for the schema {"type":"file"}.');
});
