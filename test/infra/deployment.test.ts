import { readFileSync } from 'node:fs';
import { CfnResource, Stack, Validations } from 'aws-cdk-lib';
import { CfnQueue } from 'aws-cdk-lib/aws-sqs';
import { BUNDLING_STACKS } from 'aws-cdk-lib/cx-api';
import recommended from 'aws-cdk-lib/recommended-feature-flags.json';
import { AwsSolutionsChecks } from 'cdk-nag';
import { addStacks, createApp } from '../../lib/app.ts';
import { ConfigError, SETTINGS } from '../../lib/config.ts';
import { outdir, type Resource, synthesize } from './synthesize.ts';

const { app, templates } = synthesize();
const assembly = app.synth();
const all = Object.values(templates).flatMap(
  (template) => Object.entries(template.toJSON()['Resources']) as [string, Resource][],
);

test('three stacks, which need neither an account nor a Region to be synthesized', () => {
  expect(assembly.stacks.map(({ stackName, environment }) => [stackName, environment.name])).toEqual([
    ['NbwssData', 'aws://unknown-account/unknown-region'],
    ['NbwssService', 'aws://unknown-account/unknown-region'],
    ['NbwssMonitoring', 'aws://unknown-account/unknown-region'],
  ]);
  expect(assembly.manifest.missing ?? []).toEqual([]);
});

test('nothing has a fixed name that a second deployment in the account would want too', () => {
  const second = synthesize({ stackPrefix: 'Second' }).templates;
  const others = new Set(
    Object.values(second).flatMap((template) =>
      (Object.values(template.toJSON()['Resources']) as Resource[]).flatMap(namesOf),
    ),
  );
  const names = all.flatMap(([, resource]) => namesOf(resource));
  // The bus cannot do without a name; the APIs have one for people to read.
  expect(names).toHaveLength(3);
  for (const name of names) expect(others).not.toContain(name);
  expect(others.size).toBe(3);
});

test('nor do two deployments raise the alarms of each other', () => {
  const namespaces = (of: typeof templates) => {
    const read = (name: keyof typeof templates) => Object.values<Resource>(of[name].toJSON()['Resources']);
    const counted = read('service').flatMap(
      ({ Properties }) => Properties?.Environment?.Variables.POWERTOOLS_METRICS_NAMESPACE ?? [],
    );
    const watched = read('monitoring').flatMap(({ Type, Properties }) =>
      Type === 'AWS::CloudWatch::Alarm' && !Properties.Namespace.startsWith('AWS/')
        ? Properties.Namespace
        : [],
    );
    expect([counted.length, watched.length]).toEqual([7, 2]);
    return [...new Set([...counted, ...watched])];
  };
  expect(namespaces(templates)).toEqual(['NbwssEndpoint']);
  expect(namespaces(synthesize({ stackPrefix: 'Second' }).templates)).toEqual(['SecondEndpoint']);
});

test('every setting stands in the documentation, and no other', () => {
  const text = readFileSync('docs/deploy.md', 'utf8');
  const named = [...text.matchAll(/^\| `(\w+)(?:\.\w+)?` +\|/gm)].map(([, name]) => name);
  expect([...new Set(named)].sort()).toEqual([...SETTINGS].sort());
});

/** Physical names that a template fixes. A stage's name belongs to its API, a policy's to its role. */
function namesOf({ Type, Properties }: Resource): string[] {
  const scoped = ['AWS::ApiGatewayV2::Stage', 'AWS::IAM::Policy'];
  if (scoped.includes(Type)) return [];
  return Object.entries(Properties ?? {})
    .filter(([key]) =>
      /^(Name|(Table|Queue|Topic|Function|Role|Bus|LogGroup|Alarm|Archive|Rule|Api|Alias)Name)$/.test(key),
    )
    .filter(([key]) => !(key === 'FunctionName' && Type !== 'AWS::Lambda::Function'))
    .map(([, value]) => String(value));
}

test('a young account can take it: no concurrency is reserved, nothing needs a raised quota', () => {
  for (const [, { Type, Properties }] of all) {
    if (Type === 'AWS::Lambda::Function')
      expect(Properties).not.toHaveProperty('ReservedConcurrentExecutions');
    expect(Properties ?? {}).not.toHaveProperty('ProvisionedConcurrencyConfig');
  }
});

test('no secret, no account and no mail address is in the templates', () => {
  const text = JSON.stringify(all.map(([, { Properties }]) => Properties));
  expect(text).not.toMatch(/\b\d{12}\b/);
  expect(text).not.toMatch(/[\w.]+@[\w-]+\.\w+/);
  expect(text).not.toMatch(/password|secret[^s ]/i);
});

test('AwsSolutions finds nothing that is not acknowledged, and each acknowledgement says why', () => {
  const checked = addStacks(createApp({ context: { [BUNDLING_STACKS]: [] }, outdir: outdir() }), new Map());
  Validations.of(checked.app).addPlugins(new AwsSolutionsChecks(checked.app));
  // Findings fail the synthesis.
  expect(() => checked.app.synth()).not.toThrow();

  const acknowledged = checked.app.node.findAll().flatMap((construct) =>
    construct.node.metadata
      .filter(({ type }) => type === Validations.ACKNOWLEDGED_RULES_METADATA_KEY)
      .flatMap(({ data }) => Object.entries(data as Record<string, string>))
      .map(([rule, reason]) => {
        expect(reason).toMatch(/^[A-Z].{30,}\.$/);
        return `${construct.node.path.replace(/^Nbwss/, '')}: ${rule.replace(/^.*?AwsSolutions-/, '')}`;
      }),
  );
  expect(acknowledged.sort()).toMatchSnapshot();
});

test.each<[string, (stack: Stack) => void, string]>([
  ['a queue that takes plain HTTP', (stack) => new CfnQueue(stack, 'Queue'), 'AwsSolutions-SQS4'],
  [
    'a property that CloudFormation lacks',
    (stack) => new CfnResource(stack, 'Topic', { type: 'AWS::SNS::Topic', properties: { TopicNam: 'x' } }),
    'TopicNam',
  ],
])('the checks do fail the synthesis: %s', (_, careless, finding) => {
  const app = createApp({ outdir: outdir() });
  careless(new Stack(app, 'Careless'));
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  expect(() => app.synth()).toThrow(finding);
});

test('every feature flag that the CDK recommends has been decided on', () => {
  const { context } = JSON.parse(readFileSync('cdk.json', 'utf8')) as { context: Record<string, unknown> };
  expect(Object.keys(recommended).filter((flag) => !(flag in context))).toEqual([]);
  const differing = Object.entries(recommended).filter(
    ([flag, value]) => JSON.stringify(context[flag]) !== JSON.stringify(value),
  );
  expect(differing.map(([flag]) => `${flag}: ${context[flag]}`)).toEqual([
    // No usage data is sent.
    '@aws-cdk/core:enableAdditionalMetadataCollection: false',
    // A table that the service uses cannot be deleted under it.
    '@aws-cdk/core:defaultCrossStackReferences: strong',
  ]);
});

test('a wrong configuration stops the app with its sentence', () => {
  expect(() => synthesize({ heartbeatMinutes: 60 })).toThrow(ConfigError);
});
