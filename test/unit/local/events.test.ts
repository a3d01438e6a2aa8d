/** What rules send to topics and API destinations: input transformers, targets, secrets. */
import { withSecrets } from '../../../local/assembly/secrets.ts';
import { checkTargets, type Target } from '../../../local/events/targets.ts';
import { checkTransformer, transform } from '../../../local/events/transform.ts';

const event = {
  'detail-type': 'Order',
  detail: { id: 7, text: 'a "b"\n', items: [1], deep: { 'x-y': true } },
};
const transformed = (InputTemplate: string, InputPathsMap: Record<string, string> = {}) =>
  transform(
    { InputTemplate, InputPathsMap: { type: '$.detail-type', text: '$.detail.text', ...InputPathsMap } },
    event,
  );

test.each<[string, string, Record<string, string>, string | undefined]>([
  ['whole values', '{"a":<type>,"b":[<d>]}', { d: '$.detail.deep' }, '{"a":"Order","b":[{"x-y":true}]}'],
  ['a value inside of a text', '{"a":"<type>: <text>"}', {}, '{"a":"Order: a \\"b\\"\\n"}'],
  ['a list inside of a text', '{"a":"<i>"}', { i: '$.detail.items' }, '{"a":"[1]"}'],
  ['an escaped quotation mark', '{"a":"\\"<type>\\""}', {}, '{"a":"\\"Order\\""}'],
  ['lines of text', '"<type>"\n"x"', {}, '"Order"\n"x"'],
  ['a deep value', '{"a":<y>}', { y: '$.detail.deep.x-y' }, '{"a":true}'],
  ['a value that is not there, inside of a text', '{"a":"<n>"}', { n: '$.detail.none' }, '{"a":""}'],
  ['a whole value that is not there', '{"a":<n>}', { n: '$.detail.none.more' }, undefined],
])('an input transformer writes %s', (_, template, paths, expected) => {
  expect(transformed(template, paths)).toBe(expected);
});

test.each<[string, Record<string, string>, string]>([
  ['{"a":<b>}', {}, '<b>'],
  ['{"a":<aws.events.rule-name>}', {}, '<aws.events.rule-name>'],
  ['{"a":<b>}', { b: "$.detail['x']" }, "$.detail['x']"],
  ['{"a":<b>}', { b: '$.detail.items[0]' }, '$.detail.items[0]'],
])('%s is not supported', (InputTemplate, InputPathsMap, what) => {
  expect(() => checkTransformer('Rule', { InputTemplate, InputPathsMap })).toThrow(
    `Rule transforms its input by ${what}, which the local cloud does not support.`,
  );
});

test.each<[Omit<Target, 'Id'>, string]>([
  [{ Arn: 'arn:aws:states:x:y:stateMachine:z' }, 'has the target arn:aws:states:x:y:stateMachine:z'],
  [{ Arn: 'arn:aws:lambda:x:y:function:z', RoleArn: 'r' }, 'has a function with RoleArn'],
  [{ Arn: 'arn:aws:sqs:x:y:z', RoleArn: 'r' }, 'has a queue with RoleArn'],
  [{ Arn: 'arn:aws:sns:x:y:z', HttpParameters: {} }, 'has a topic with HttpParameters'],
])('a target that is not supported: %j', (target, what) => {
  const check = () => checkTargets({ logicalId: 'Rule', properties: { Targets: [{ Id: '1', ...target }] } });
  expect(check).toThrow(`Rule ${what}, which the local cloud does not support.`);
});

describe('a dynamic reference', () => {
  const arn = 'arn:aws:secretsmanager:eu-central-1:123456789012:secret:a/b-AbCdEf';
  const secrets = { 'a/b': 'text', [arn]: 'other' };
  const reference = (id: string, parts = '::') => `{{resolve:secretsmanager:${id}:SecretString:${parts}}}`;

  test('becomes the text of the secret', () => {
    expect(withSecrets(`${reference('a/b')} ${reference(arn)}`, secrets)).toBe('text other');
  });

  test.each([
    [reference('none'), 'The secret none is needed, and was not given.'],
    [reference('a/b', 'member::'), 'is not a whole secret, which the local cloud does not support.'],
    ['{{resolve:ssm:x}}', '{{resolve:ssm… is a reference that the local cloud does not support.'],
  ])('%s stops the start', (text, message) => {
    expect(() => withSecrets(text, secrets)).toThrow(message);
  });
});
