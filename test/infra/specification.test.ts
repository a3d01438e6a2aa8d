/** Every property of every resource, in five configurations, against the CloudFormation specification. */
import { printLine } from '../../netbackup/terminal.ts';
import { MAXIMAL, MINIMAL, RELAY_ONLY, WITH_CANARY } from './configurations.ts';
import { specificationProblems } from './specification.ts';
import { synthesize } from './synthesize.ts';
import { type Template, templates } from './templates.ts';

/** CloudFormation's quotas: 1 MB for a template, 500 resources, 200 outputs. */
const LIMITS = { bytes: 1_000_000, resources: 500, outputs: 200 };

describe.each<[string, () => Record<string, Template>]>([
  ['default', () => templates],
  ['minimal', () => synthesize(MINIMAL)],
  ['maximal', () => synthesize(MAXIMAL)],
  ['maximal with a canary', () => synthesize(WITH_CANARY)],
  ['relay only', () => synthesize(RELAY_ONLY)],
])('with the %s configuration', (name, create) => {
  const stacks = create();

  test('no resource has an unknown type, property, value type or attribute', () => {
    expect(Object.values(stacks).flatMap(specificationProblems)).toEqual([]);
  });

  test('the templates are within the quotas', () => {
    for (const [stack, template] of Object.entries(stacks)) {
      const bytes = JSON.stringify(template).length;
      const resources = Object.keys(template.Resources).length;
      const outputs = Object.keys(template.Outputs ?? {}).length;
      printLine(`${name} ${stack}: ${bytes} bytes, ${resources} resources, ${outputs} outputs`);
      expect(bytes).toBeLessThan(LIMITS.bytes);
      expect(resources).toBeLessThan(LIMITS.resources);
      expect(outputs).toBeLessThan(LIMITS.outputs);
    }
  });
});

const of = (Type: string, Properties: unknown): Template => ({ Resources: { It: { Type, Properties } } });
const KEY = [{ AttributeName: 'a', KeyType: 'HASH' }];
test.each<[string, Template, string]>([
  ['a type', of('AWS::SQS::Quueue', {}), 'It: unknown type AWS::SQS::Quueue'],
  ['a property', of('AWS::SQS::Queue', { QueueNam: 'x' }), 'It.QueueNam: unknown'],
  [
    'a member',
    of('AWS::DynamoDB::Table', { KeySchema: [{ ...KEY[0], Extra: 1 }] }),
    'It.KeySchema[0].Extra: unknown',
  ],
  ['a required property', of('AWS::DynamoDB::Table', {}), 'It.KeySchema: missing'],
  [
    'a value',
    of('AWS::DynamoDB::Table', { KeySchema: KEY, DeletionProtectionEnabled: 'yes' }),
    'It.DeletionProtectionEnabled: not of type boolean',
  ],
  [
    'an attribute',
    of('AWS::SQS::Queue', { QueueName: { 'Fn::GetAtt': ['It', 'Colour'] } }),
    'It has no attribute Colour',
  ],
])('the check finds %s that CloudFormation does not know', (_, template, problem) => {
  expect(specificationProblems(template)).toEqual([problem]);
});
