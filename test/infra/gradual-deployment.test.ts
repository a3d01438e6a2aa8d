import { specificationProblems } from './specification.ts';
import { synthesize } from './synthesize.ts';
import { only, resources, templates } from './templates.ts';

const { service, monitoring } = synthesize({ gradualDeployment: 'Linear10PercentEvery1Minute' });

test('without the setting there is no alias, and nothing of CodeDeploy', () => {
  const types = Object.values(templates.service.Resources).map(({ Type }) => Type);
  expect(types.filter((type) => /CodeDeploy|Lambda::(Alias|Version)/.test(type))).toEqual([]);
});

test('every function has an alias that CodeDeploy moves, and alarms that stop it', () => {
  expect(Object.keys(resources(service, 'AWS::Lambda::Alias'))).toHaveLength(7);
  for (const alias of Object.values(resources(service, 'AWS::Lambda::Alias')))
    expect(alias).toMatchObject({
      UpdatePolicy: { CodeDeployLambdaAliasUpdate: { DeploymentGroupName: { Ref: expect.any(String) } } },
    });
  const alarm = Object.entries(service.Resources).find(([, { Type }]) => Type === 'AWS::CloudWatch::Alarm');
  const groups = Object.values(resources(service, 'AWS::CodeDeploy::DeploymentGroup'));
  expect(groups).toHaveLength(7);
  for (const { Properties } of groups)
    expect(Properties).toMatchObject({
      DeploymentConfigName: 'CodeDeployDefault.LambdaLinear10PercentEvery1Minute',
      AlarmConfiguration: { Enabled: true, Alarms: [{ Name: { Ref: alarm?.[0] } }] },
      AutoRollbackConfiguration: {
        Enabled: true,
        Events: ['DEPLOYMENT_FAILURE', 'DEPLOYMENT_STOP_ON_REQUEST', 'DEPLOYMENT_STOP_ON_ALARM'],
      },
    });
});

test('nothing invokes a function but through its alias, except the console, whose files belong together', () => {
  const functions = Object.keys(service.Resources).filter(
    (id) => service.Resources[id]?.Type === 'AWS::Lambda::Function' && !id.startsWith('Console'),
  );
  const invoked = JSON.stringify([
    resources(service, 'AWS::ApiGatewayV2::Integration'),
    resources(service, 'AWS::Lambda::Permission'),
    resources(service, 'AWS::Lambda::EventSourceMapping'),
    resources(service, 'AWS::Events::Rule'),
  ]);
  for (const id of functions) expect(invoked).not.toContain(`"${id}"`);
  expect(only(service, 'AWS::Lambda::EventInvokeConfig').Properties.Qualifier).not.toBe('$LATEST');
  expect(specificationProblems(service)).toEqual([]);
});

test('the alarm that stops a deployment is on the dashboard', () => {
  expect(JSON.stringify(only(monitoring, 'AWS::CloudWatch::Dashboard').Properties)).toContain(
    'DeploymentFailing',
  );
});
