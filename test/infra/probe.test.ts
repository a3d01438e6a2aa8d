/** The probe of `nbwss verify`: it can do nothing, and touches no deployment. */
import { BUNDLING_STACKS } from 'aws-cdk-lib/cx-api';
import { createApp } from '../../lib/app.ts';
import { ProbeStack } from '../../lib/probe-stack.ts';
import { specificationProblems } from './specification.ts';
import { outdir } from './synthesize.ts';
import { type Resource, resources, type Template } from './templates.ts';

const app = createApp({ context: { [BUNDLING_STACKS]: [] }, outdir: outdir() });
new ProbeStack(app, 'Probe', { bundles: new Map() });
process.env['CDK_VALIDATION'] = 'false';
const template: Template = app.synth().getStackArtifact('Probe').template;
delete process.env['CDK_VALIDATION'];

const of = (type: string): Resource[] => Object.values(resources(template, type));

test('the templates are valid, and nothing remains after they are deleted', () => {
  expect(specificationProblems(template)).toEqual([]);
  const kept = Object.values(template.Resources).filter(({ DeletionPolicy }) => DeletionPolicy === 'Retain');
  expect(kept).toEqual([]);
  expect(JSON.stringify(template)).not.toMatch(/Fn::ImportValue|AWS::DynamoDB|AWS::KMS/);
});

test('its functions may write to their logs, and nothing else', () => {
  const actions = of('AWS::IAM::Policy').flatMap(({ Properties }) =>
    Properties.PolicyDocument.Statement.flatMap(({ Action }: { Action: string | string[] }) => Action),
  );
  expect([...new Set(actions)].sort()).toEqual(['logs:CreateLogStream', 'logs:PutLogEvents']);
  for (const { Properties } of of('AWS::IAM::Role'))
    expect(Properties).not.toHaveProperty('ManagedPolicyArns');
});

test('it reserves no concurrency of the account, and the stage is created after all of its routes', () => {
  const reserved = of('AWS::Lambda::Function').map(
    ({ Properties }) => Properties.ReservedConcurrentExecutions,
  );
  expect(reserved.filter((count) => count !== undefined)).toEqual([0]);
  const stage = of('AWS::ApiGatewayV2::Stage').find(({ Properties }) => 'RouteSettings' in Properties);
  const api = stage?.Properties.ApiId.Ref;
  const routes = Object.entries(template.Resources).filter(
    ([, { Type, Properties }]) => Type === 'AWS::ApiGatewayV2::Route' && Properties.ApiId.Ref === api,
  );
  expect(routes.length).toBeGreaterThan(10);
  expect(stage?.DependsOn).toEqual(expect.arrayContaining(routes.map(([id]) => id)));
});
