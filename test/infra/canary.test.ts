import { specificationProblems } from './specification.ts';
import { synthesize } from './synthesize.ts';
import { plain, resources, templates } from './templates.ts';

const { service } = synthesize({ canaryMinutes: 7 });

test('without the setting there is no canary', () => {
  expect(Object.keys(templates.service.Resources).filter((id) => id.startsWith('Canary'))).toEqual([]);
});

test('the canary is started every so many minutes, and a failed round is not repeated', () => {
  const rules = Object.values(resources(service, 'AWS::Events::Rule')).map(({ Properties }) => [
    Properties.ScheduleExpression,
    plain(Properties.Targets[0].Arn['Fn::GetAtt'][0]),
  ]);
  expect(rules).toContainEqual(['rate(7 minutes)', 'Canary']);
  const once = Object.values(resources(service, 'AWS::Lambda::EventInvokeConfig')).map(
    ({ Properties }) => Properties.MaximumRetryAttempts,
  );
  expect(once).toEqual([0, 0]);
  expect(specificationProblems(service)).toEqual([]);
});

test('it may write to its own items only', () => {
  const [policy] = Object.entries(resources(service, 'AWS::IAM::Policy')).flatMap(([id, { Properties }]) =>
    id.startsWith('Canary') ? [Properties.PolicyDocument.Statement] : [],
  );
  const onTables = policy.filter(({ Action }: { Action: unknown }) => String(Action).startsWith('dynamodb:'));
  const granted = onTables.map(({ Action, Condition }: { Action: string; Condition: unknown }) => [
    Action,
    Condition,
  ]);
  const only = (key: string) => ({ 'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': [key] } });
  expect(granted).toEqual([
    ['dynamodb:PutItem', only('nbwss-canary')],
    // Of the tables of endpoints and of API keys.
    ['dynamodb:PutItem', only('nbwsscanary00000')],
    ['dynamodb:DeleteItem', only('nbwss-canary')],
  ]);
});
