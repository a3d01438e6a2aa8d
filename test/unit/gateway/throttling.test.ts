import { createThrottle, createTokenBucket } from '../../../gateway/throttling.ts';
import { ManualClock } from '../../support/clocks.ts';

/** How many of `requests` a bucket lets pass now. */
const passed = (bucket: { take(): boolean }, requests: number): number =>
  Array.from({ length: requests }, () => bucket.take()).filter(Boolean).length;

describe('a token bucket', () => {
  it('lets a burst pass, and then as many as have been filled in since', () => {
    const clock = new ManualClock(0);
    const bucket = createTokenBucket({ rate: 10, burst: 5 }, clock);
    expect(passed(bucket, 100)).toBe(5);
    clock.advance(99);
    expect(passed(bucket, 100)).toBe(0);
    clock.advance(1);
    expect(passed(bucket, 100)).toBe(1);
    clock.advance(250);
    expect(passed(bucket, 100)).toBe(2);
    clock.advance(50);
    expect(passed(bucket, 100)).toBe(1);
  });

  it('never holds more than the burst', () => {
    const clock = new ManualClock(0);
    const bucket = createTokenBucket({ rate: 10, burst: 5 }, clock);
    clock.advance(3_600_000);
    expect(passed(bucket, 100)).toBe(5);
  });

  it('loses nothing to rounding: in a minute of 500 requests a second, burst and 60 times the rate pass', () => {
    const clock = new ManualClock(0);
    const bucket = createTokenBucket({ rate: 7, burst: 3 }, clock);
    let all = passed(bucket, 1);
    for (let ms = 0; ms < 60_000; ms += 2) {
      clock.advance(2);
      all += passed(bucket, 1);
    }
    expect(all).toBe(3 + 60 * 7);
  });

  it('of a burst of zero lets nothing pass', () => {
    const clock = new ManualClock(0);
    const bucket = createTokenBucket({ rate: 10, burst: 0 }, clock);
    clock.advance(10_000);
    expect(passed(bucket, 10)).toBe(0);
  });
});

describe('the throttling of a stage', () => {
  const clock = new ManualClock(0);
  const limited = () =>
    createThrottle({ byDefault: { rate: 1, burst: 2 }, routes: { $connect: { rate: 1, burst: 1 } } }, clock);

  it('has a bucket for each route, with its own limit or the default', () => {
    const throttle = limited();
    const admitted = (routeKey: string) => [1, 2, 3].map(() => throttle.admits(routeKey));
    expect(admitted('$connect')).toEqual([true, false, false]);
    expect(admitted('ONE')).toEqual([true, true, false]);
    expect(admitted('TWO')).toEqual([true, true, false]);
  });

  it('counts what it rejects by route', () => {
    const throttle = limited();
    for (let n = 0; n < 5; n += 1) throttle.admits('$connect');
    for (let n = 0; n < 2; n += 1) throttle.admits('ONE');
    expect(throttle.rejected()).toEqual({ $connect: 4 });
  });

  it('does not limit a route without a limit', () => {
    const throttle = createThrottle({ routes: { ONE: { rate: 1, burst: 1 } } }, clock);
    for (let n = 0; n < 1000; n += 1) expect(throttle.admits('TWO')).toBe(true);
  });
});
