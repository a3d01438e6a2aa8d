import { parseFault } from '../../bin/nbwss/fault.ts';

test('a fault is read from its text', () => {
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
  ['do=explode', /do=fail\|throttle/],
  ['nth=two,do=fail', /"nth=two" is not a part of a fault/],
  ['who=me,do=fail', /"who=me" is not a part of a fault/],
  ['when=now,do=fail', /when is before or after/],
  ['', /is not a part of a fault/],
])('a fault that cannot be read is refused: %s', (text, message) => {
  expect(() => parseFault(text)).toThrow(message);
});
