import { createConcurrency } from '../../../local/lambda/concurrency.ts';
import { functionSpec } from '../../integration/local-gateway/support.ts';

const named = (functionName: string, reservedConcurrency?: number) =>
  functionSpec('scripted', {
    functionName,
    ...(reservedConcurrency === undefined ? {} : { reservedConcurrency }),
  });
const [free, other, reserved] = [named('free'), named('other'), named('reserved', 3)];

/** How many of ten executions begin. */
const begun = (concurrency: ReturnType<typeof createConcurrency>, spec = free): number =>
  Array.from({ length: 10 }, () => concurrency.begin(spec)).filter(Boolean).length;

describe("the account's concurrency", () => {
  it('is shared by all functions without a reservation', () => {
    const concurrency = createConcurrency([free, other], 10);
    for (let n = 0; n < 7; n += 1) concurrency.begin(other);
    expect(begun(concurrency)).toBe(3);
    expect(concurrency.throttles()).toEqual({ free: 7 });
    expect([concurrency.running(), concurrency.running('free'), concurrency.peak()]).toEqual([10, 3, 10]);
  });

  it('is free again when an execution ends', () => {
    const concurrency = createConcurrency([free], 1);
    const end = concurrency.begin(free);
    expect(concurrency.begin(free)).toBeUndefined();
    end?.();
    expect(concurrency.begin(free)).toBeDefined();
    expect(concurrency.peak()).toBe(1);
  });

  it('is 1 000 by default', () => {
    const concurrency = createConcurrency([free]);
    for (let n = 0; n < 1000; n += 1) expect(concurrency.begin(free)).toBeDefined();
    expect(concurrency.begin(free)).toBeUndefined();
  });

  it('without a reservation is less by what is reserved, whether that is used or not', () => {
    const concurrency = createConcurrency([free, reserved], 103);
    for (let n = 0; n < 95; n += 1) concurrency.begin(free);
    expect(begun(concurrency)).toBe(5);
    expect(begun(concurrency, reserved)).toBe(3);
  });

  it.each([
    [10, 1, 10],
    [102, 3, 100],
  ])('of %i cannot be reduced by %i: AWS keeps %i unreserved', (account, reservedConcurrency, minimum) => {
    expect(() => createConcurrency([named('reserved', reservedConcurrency)], account)).toThrow(
      `below its minimum value of [${minimum}]`,
    );
  });
});
