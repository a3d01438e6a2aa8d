/** docs/api.md, for people who use the API. */
import { readFileSync, writeFileSync } from 'node:fs';
import { type ApiPageDocument, apiPage } from '../../support/api-page.ts';

const document = JSON.parse(readFileSync('docs/openapi.json', 'utf8')) as ApiPageDocument;
const page = apiPage(document);

test('docs/api.md is generated from docs/openapi.json (UPDATE_DOCS=1 writes it)', () => {
  if (process.env['UPDATE_DOCS']) writeFileSync('docs/api.md', page);
  expect(readFileSync('docs/api.md', 'utf8')).toBe(page);
});

test('it describes every operation once: method, path, scope, parameters and errors', () => {
  for (const [path, methods] of Object.entries(document.paths))
    for (const [method, { operationId }] of Object.entries(methods))
      expect(page.split(`\n\`${method.toUpperCase()} ${path}\` (\`${operationId}\`). `)).toHaveLength(2);
  expect(page).toContain('Scope: `admin`.');
  expect(page).toContain('| `limit` | query | integer, 1 to 100 | Default: `50`. |');
  expect(page).toContain('409 `group-reserved`, `group-being-deleted`, `group-exists`');
});
