import { routeMember } from '../../../local/assembly/apis.ts';

it('is the member of the body that the expression names', () => {
  expect(routeMember('Api', '$request.body.type')).toBe('type');
});

it.each([
  '$request.header.type',
  '$request.body.to.action',
  // biome-ignore lint/suspicious/noTemplateCurlyInString: the notation of API Gateway
  '${request.body.type}',
])('is not found in %s', (expression) => {
  expect(() => routeMember('Api', expression)).toThrow(
    `Api: RouteSelectionExpression ${expression} is not supported`,
  );
});
