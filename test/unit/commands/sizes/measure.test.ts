import { measureAnswer } from '../../../../lambdas/commands/sizes/measure.ts';

const pageOf = (data: unknown[], more: object = {}) =>
  JSON.stringify({ data, meta: { pagination: { offset: 0, limit: 10, count: 99 } }, ...more });
const sum = (sizes: readonly number[]) => sizes.reduce((total, size) => total + size, 0);

it('an answer that is not a list counts as a whole', () => {
  for (const body of ['', 'text', '{}', '{"data":{}}', '[1,2]', '{"data":[1]}'])
    expect(measureAnswer(body, 500)).toEqual({ sizes: [500] });
});

it('a list counts by its items, as they were escaped on the way', () => {
  const body = pageOf(['x'.repeat(98), 'x'.repeat(198)]);
  expect(measureAnswer(body, body.length * 2)).toEqual({
    sizes: [200, 400],
    list: { style: 'offset', limit: 10 },
  });
});

it('what comes along with the items is shared among them', () => {
  const body = pageOf(['a', 'b'], { included: ['x'.repeat(10_000)] });
  expect(sum(measureAnswer(body, body.length).sizes)).toBeGreaterThan(10_000);
});

it('a frame that is larger than frames are belongs to the items as well', () => {
  const body = pageOf(['a', 'b'], { more: 'x'.repeat(20_000) });
  expect(sum(measureAnswer(body, body.length).sizes)).toBeGreaterThan(18_000);
});

it('an empty list is a list of which nothing was measured', () => {
  expect(measureAnswer(pageOf([]), 100)).toEqual({ sizes: [], list: { style: 'offset', limit: 10 } });
  const cursor = JSON.stringify({ data: [], meta: { pagination: { next: 'x' } } });
  expect(measureAnswer(cursor, 100)).toEqual({ sizes: [], list: { style: 'cursor' } });
});
