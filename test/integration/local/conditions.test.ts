import { conditionsHold } from '../../../local/front-door/conditions.ts';

const context = {
  'aws:PrincipalArn': ['arn:aws:iam::000000000000:role/app'],
  'dynamodb:LeadingKeys': ['a', 'b'],
  'aws:SecureTransport': ['true'],
  'dynamodb:Select': ['COUNT'],
  'dynamodb:Attributes': [],
};

/** By https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html. */
test.each<[string, string, unknown, boolean]>([
  ['StringEquals', 'dynamodb:Select', 'COUNT', true],
  ['StringEquals', 'dynamodb:Select', 'count', false],
  ['StringEqualsIgnoreCase', 'dynamodb:Select', 'count', true],
  ['StringEquals', 'dynamodb:Select', ['ALL', 'COUNT'], true],
  ['StringNotEquals', 'dynamodb:Select', ['ALL', 'COUNT'], false],
  ['StringNotEquals', 'dynamodb:Select', ['ALL'], true],
  ['StringEquals', 'dynamodb:ReturnValues', 'NONE', false],
  ['StringEqualsIfExists', 'dynamodb:ReturnValues', 'NONE', true],
  ['StringNotEquals', 'dynamodb:ReturnValues', 'NONE', true],
  ['Null', 'dynamodb:ReturnValues', 'true', true],
  ['Null', 'dynamodb:Select', 'true', false],
  ['StringLike', 'aws:PrincipalArn', 'arn:*:role/ap?', true],
  ['ArnLike', 'aws:PrincipalArn', 'arn:aws:iam::*:role/other', false],
  ['ArnNotLike', 'aws:PrincipalArn', 'arn:aws:iam::*:role/other', true],
  ['Bool', 'aws:SecureTransport', true, true],
  ['Bool', 'aws:SecureTransport', 'false', false],
  ['ForAllValues:StringEquals', 'dynamodb:LeadingKeys', ['a', 'b', 'c'], true],
  ['ForAllValues:StringEquals', 'dynamodb:LeadingKeys', ['a'], false],
  ['ForAnyValue:StringEquals', 'dynamodb:LeadingKeys', ['b'], true],
  ['ForAnyValue:StringLike', 'dynamodb:LeadingKeys', ['x*'], false],
  ['ForAllValues:StringEquals', 'dynamodb:Attributes', ['x'], true],
  ['ForAnyValue:StringEquals', 'dynamodb:Attributes', ['x'], false],
])('%s %s %j holds: %s', (operator, key, wanted, expected) => {
  expect(conditionsHold({ [operator]: { [key]: wanted } }, context)).toBe(expected);
});

test('every operator and every key must hold', () => {
  const select = { 'dynamodb:Select': 'COUNT' };
  expect(conditionsHold({ StringEquals: { ...select, 'aws:SecureTransport': 'no' } }, context)).toBe(false);
  expect(conditionsHold({ StringEquals: select, Bool: { 'aws:SecureTransport': 'false' } }, context)).toBe(
    false,
  );
  expect(conditionsHold({ StringEquals: select, Bool: { 'aws:SecureTransport': 'true' } }, context)).toBe(
    true,
  );
});
