import { parseFault } from '../../bin/nbwss/fault.ts';

test('parses a fault rule', () => {
  expect(parseFault('function=notify,service=dynamodb,action=PutItem,nth=2,when=after,do=kill')).toEqual({
    function: 'notify',
    service: 'dynamodb',
    action: 'PutItem',
    nth: 2,
    when: 'after',
    do: 'kill',
  });
});

test.each([
  ['foo', /"foo" is not valid/],
  ['do=explode', /do=fail\|throttle/],
  ['nth=two,do=fail', /"nth=two" is not valid/],
  ['who=me,do=fail', /"who=me" is not valid/],
  ['when=now,do=fail', /Use when=before\|after/],
  ['', /is not valid/],
])('refuses an invalid fault rule: %s', (text, message) => {
  expect(() => parseFault(text)).toThrow(message);
});
