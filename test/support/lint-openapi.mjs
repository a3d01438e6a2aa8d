/** Lints docs/openapi.json and docs/asyncapi.json. Not a test: the linter is an ES module, which the test runner cannot load on Node 20. */

import { readFileSync } from 'node:fs';
import { BaseResolver, createConfig, lintDocument, makeDocumentFromString } from '@redocly/openapi-core';

const OPENAPI_RULES = {
  // Each deployment has its own URL; the committed document has an example.
  'no-server-example.com': 'off',
  // The sign-in of a browser succeeds with a redirect.
  'operation-2xx-response': 'off',
  'rule/success': {
    subject: { type: 'Responses' },
    assertions: { requireAny: ['200', '201', '202', '204', '302', '303', 'default'] },
    message: 'must have a response of success',
  },
  'no-invalid-media-type-examples': 'error',
  'no-invalid-schema-examples': 'error',
  'operation-4xx-problem-details-rfc7807': 'error',
  'rule/example': {
    subject: { type: 'MediaType' },
    assertions: { requireAny: ['example', 'examples'] },
    message: 'must have an example',
  },
};

// NetBackup shows its token in the first message, which AsyncAPI has no security scheme for; EventBridge has IAM.
const ASYNCAPI_RULES = { 'security-defined': 'off' };

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

const isClean = await Promise.all([
  lint('docs/openapi.json', OPENAPI_RULES),
  lint('docs/asyncapi.json', ASYNCAPI_RULES),
]);
process.exitCode = isClean.every(Boolean) ? 0 : 1;
