/** Lints docs/openapi.json. Not a test: the linter is an ES module, which the test runner cannot load on Node 20. */

import { readFileSync } from 'node:fs';
import { BaseResolver, createConfig, lintDocument, makeDocumentFromString } from '@redocly/openapi-core';

const RULES = {
  // Each deployment has its own URL; the committed document has an example.
  'no-server-example.com': 'off',
  'no-invalid-media-type-examples': 'error',
  'no-invalid-schema-examples': 'error',
  'operation-4xx-problem-details-rfc7807': 'error',
  'rule/example': {
    subject: { type: 'MediaType' },
    assertions: { requireAny: ['example', 'examples'] },
    message: 'must have an example',
  },
};

const lint = async (file, rules) => {
  const config = await createConfig({ extends: ['recommended'], rules });
  const found = await lintDocument({
    document: makeDocumentFromString(readFileSync(file, 'utf8'), file),
    externalRefResolver: new BaseResolver(config.resolve),
    config,
  });
  for (const { ruleId, message, location } of found)
    process.stderr.write(`${file} ${location[0]?.pointer ?? ''}: ${message} (${ruleId})\n`);
  return found.length === 0;
};

process.exitCode = (await lint('docs/openapi.json', RULES)) ? 0 : 1;
