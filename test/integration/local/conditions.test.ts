import { conditionsHold } from '../../../local/front-door/conditions.ts';

const context = {
  'aws:PrincipalArn': ['arn:aws:iam::000000000000:role/app'],
  'dynamodb:LeadingKeys': ['a', 'b'],
  'aws:SecureTransport': ['true'],
  'events:source': ['shop'],
};

/** By https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html. */
test.each<[string, string, unknown, boolean]>([
  ['StringEquals', 'events:source', 'shop', true],
  ['StringEquals', 'events:source', 'Shop', false],
  ['StringEquals', 'events:source', ['bakery', 'shop'], true],
  ['StringNotEquals', 'events:source', ['bakery', 'shop'], false],
  ['StringNotEquals', 'events:source', ['bakery'], true],
  ['StringEquals', 'events:detail-type', 'Order', false],
  ['StringEqualsIfExists', 'events:detail-type', 'Order', true],
  ['StringNotEquals', 'events:detail-type', 'Order', true],
  ['Null', 'events:detail-type', 'true', true],
  ['Null', 'events:source', 'true', false],
  ['StringLike', 'aws:PrincipalArn', 'arn:*:role/ap?', true],
  ['ArnLike', 'aws:PrincipalArn', 'arn:aws:iam::*:role/other', false],
  ['ArnNotLike', 'aws:PrincipalArn', 'arn:aws:iam::*:role/other', true],
  ['Bool', 'aws:SecureTransport', true, true],
  ['Bool', 'aws:SecureTransport', 'false', false],
  ['ForAllValues:StringEquals', 'dynamodb:LeadingKeys', ['a', 'b', 'c'], true],
  ['ForAllValues:StringEquals', 'dynamodb:LeadingKeys', ['a'], false],
  ['ForAnyValue:StringEquals', 'dynamodb:LeadingKeys', ['b'], true],
  ['ForAnyValue:StringLike', 'dynamodb:LeadingKeys', ['x*'], false],
  ['ForAllValues:StringEquals', 'aws:SourceArn', ['x'], true],
  ['ForAnyValue:StringEquals', 'aws:SourceArn', ['x'], false],
])('%s %s %j holds: %s', (operator, key, wanted, expected) => {
  expect(conditionsHold({ [operator]: { [key]: wanted } }, context)).toBe(expected);
});

test('every operator and every key must hold', () => {
  const source = { 'events:source': 'shop' };
  expect(conditionsHold({ StringEquals: { ...source, 'aws:SecureTransport': 'no' } }, context)).toBe(false);
  expect(conditionsHold({ StringEquals: source, Bool: { 'aws:SecureTransport': 'false' } }, context)).toBe(
    false,
  );
  expect(conditionsHold({ StringEquals: source, Bool: { 'aws:SecureTransport': 'true' } }, context)).toBe(
    true,
  );
});
