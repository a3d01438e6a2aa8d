import { matches } from '../../../local/elb/health.ts';

test.each<[string, number, boolean]>([
  ['200', 200, true],
  ['200', 204, false],
  ['200,202', 202, true],
  ['200,202', 201, false],
  ['200-399', 399, true],
  ['200-399', 400, false],
  ['200-299,301', 301, true],
])('codes %s: %i is healthy: %s', (matcher, status, expected) => {
  expect(matches(matcher, status)).toBe(expected);
});
