import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(__dirname, '../..');
const { unsupportedVersionMessage, OLDEST } = require('../../bin/node-version.cjs') as {
  unsupportedVersionMessage(version: string): string | undefined;
  OLDEST: readonly [number, number];
};

it.each(['v20.19.0', 'v20.20.2', 'v22.0.0', 'v24.11.1', 'v100.0.0', 'v23.0.0-nightly'])(
  'accepts %s',
  (version) => {
    expect(unsupportedVersionMessage(version)).toBeUndefined();
  },
);

it.each([
  'v4.9.1',
  'v10.24.1',
  'v18.20.8',
  'v20.0.0',
  'v20.2.0',
  'v20.18.3',
  'v9.20.0',
  'v0.12.18',
  'v21.0.0',
  'v21.7.3',
])('refuses %s with one sentence', (version) => {
  expect(unsupportedVersionMessage(version)).toBe(
    `nbwss needs Node.js 20.19 or later, except 21; this is ${version}.`,
  );
});

it('the oldest version is the one in package.json and in CI', () => {
  const read = (file: string) => readFileSync(join(ROOT, file), 'utf8');
  expect(JSON.parse(read('package.json'))).toMatchObject({
    engines: { node: `^${OLDEST.join('.')} || >=22` },
  });
  expect(read('.github/workflows/ci.yml')).toContain(`node: ["${OLDEST.join('.')}",`);
});
