/** Lints docs/openapi.json. Not a test: the linter is an ES module, which the test runner cannot load on Node 20. */

import { readFileSync } from 'node:fs';
import { BaseResolver, createConfig, lintDocument, makeDocumentFromString } from '@redocly/openapi-core';

const FILE = 'docs/openapi.json';
// Each deployment has its own URL; the committed document has an example.
const rules = { 'no-server-example.com': 'off' };
const config = await createConfig({ extends: ['recommended'], rules });
const problems = await lintDocument({
  document: makeDocumentFromString(readFileSync(FILE, 'utf8'), FILE),
  externalRefResolver: new BaseResolver(config.resolve),
  config,
});
for (const { ruleId, message, location } of problems)
  process.stderr.write(`${FILE} ${location[0]?.pointer ?? ''}: ${message} (${ruleId})\n`);
process.exitCode = problems.length === 0 ? 0 : 1;
