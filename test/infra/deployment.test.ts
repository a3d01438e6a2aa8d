import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import recommended from 'aws-cdk-lib/recommended-feature-flags.json';
import { SETTINGS } from '../../lib/config.ts';
import { synthesize } from './synthesize.ts';
import { ASSEMBLY, templates } from './templates.ts';

const all = Object.values(templates).flatMap((template) => Object.values(template.Resources));

test('three stacks, which need neither an account nor a Region to be synthesized', () => {
  const manifest = JSON.parse(readFileSync(join(ASSEMBLY, 'manifest.json'), 'utf8')) as {
    artifacts: Record<string, { type: string; environment: string }>;
    missing?: unknown[];
  };
  const stacks = Object.entries(manifest.artifacts).filter(([, { type }]) => type.endsWith(':stack'));
  expect(Object.fromEntries(stacks.map(([name, { environment }]) => [name, environment]))).toEqual({
    NbwssData: 'aws://unknown-account/unknown-region',
    NbwssService: 'aws://unknown-account/unknown-region',
    NbwssMonitoring: 'aws://unknown-account/unknown-region',
  });
  expect(manifest.missing ?? []).toEqual([]);
});

test('the documentation lists exactly the settings that there are', () => {
  const text = readFileSync('docs/deploy.md', 'utf8');
  const named = [...text.matchAll(/^\| `(\w+)(?:\.\w+)?` +\|/gm)].map(([, name]) => name);
  expect([...new Set(named)].sort()).toEqual([...SETTINGS].sort());
});

test('a new account can deploy the default configuration: no concurrency is reserved, no quota must be raised', () => {
  const byDefault = Object.values(synthesize({})).flatMap(({ Resources }) => Object.values(Resources));
  for (const { Type, Properties } of byDefault) {
    if (Type === 'AWS::Lambda::Function')
      expect(Properties).not.toHaveProperty('ReservedConcurrentExecutions');
    expect(Properties ?? {}).not.toHaveProperty('ProvisionedConcurrencyConfig');
  }
});

test('the templates contain no secret, no account and no e-mail address', () => {
  const text = JSON.stringify(all.map(({ Properties }) => Properties));
  expect(text).not.toMatch(/\b\d{12}\b/);
  expect(text).not.toMatch(/[\w.]+@[\w-]+\.\w+/);
  expect(text).not.toMatch(/password|secret[^s ]/i);
});

test('every feature flag that the CDK recommends is set in cdk.json', () => {
  const { context } = JSON.parse(readFileSync('cdk.json', 'utf8')) as { context: Record<string, unknown> };
  expect(Object.keys(recommended).filter((flag) => !(flag in context))).toEqual([]);
  const differing = Object.entries(recommended).filter(
    ([flag, value]) => JSON.stringify(context[flag]) !== JSON.stringify(value),
  );
  expect(differing.map(([flag]) => `${flag}: ${context[flag]}`)).toEqual([
    // No usage data is sent.
    '@aws-cdk/core:enableAdditionalMetadataCollection: false',
    // A table that the service uses cannot be deleted.
    '@aws-cdk/core:defaultCrossStackReferences: strong',
  ]);
});
