import { measureResponse } from '../../../../lambdas/commands/sizes/measure.ts';

const pageOf = (data: unknown[], more: object = {}) =>
  JSON.stringify({ data, meta: { pagination: { offset: 0, limit: 10, count: 99 } }, ...more });
const sum = (sizes: readonly number[]) => sizes.reduce((total, size) => total + size, 0);

it('a response that is not a list is measured as a whole', () => {
  for (const body of ['', 'text', '{}', '{"data":{}}', '[1,2]', '{"data":[1]}'])
    expect(measureResponse(body, 500)).toEqual({ sizes: [500] });
});

it('a list is measured by its items, escaped as in the message', () => {
  const body = pageOf(['x'.repeat(98), 'x'.repeat(198)]);
  expect(measureResponse(body, body.length * 2)).toEqual({
    sizes: [200, 400],
    list: { style: 'offset', limit: 10 },
  });
});

it('`included` is shared among the items', () => {
  const body = pageOf(['a', 'b'], { included: ['x'.repeat(10_000)] });
  expect(sum(measureResponse(body, body.length).sizes)).toBeGreaterThan(10_000);
});

it('large `meta` and `links` are counted as part of the items', () => {
  const body = pageOf(['a', 'b'], { more: 'x'.repeat(20_000) });
  expect(sum(measureResponse(body, body.length).sizes)).toBeGreaterThan(18_000);
});

it('an empty list has no measurements', () => {
  expect(measureResponse(pageOf([]), 100)).toEqual({ sizes: [], list: { style: 'offset', limit: 10 } });
  const cursor = JSON.stringify({ data: [], meta: { pagination: { next: 'x' } } });
  expect(measureResponse(cursor, 100)).toEqual({ sizes: [], list: { style: 'cursor' } });
});
