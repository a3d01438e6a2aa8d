import fc from 'fast-check';
import { ConcurrencyLimiter } from '../../../gateway/concurrency-limiter.ts';
import { Slots } from '../../../gateway/slots.ts';

describe('slots', () => {
  it('are given in order of request', () => {
    const slots = new Slots(1);
    const given: string[] = [];
    const first = slots.request(() => given.push('first'));
    const second = slots.request(() => given.push('second'));
    const third = slots.request(() => given.push('third'));
    expect([first.held, second.held, third.held]).toEqual([true, false, false]);
    first.release();
    expect(given).toEqual(['second']);
    expect([second.held, third.held]).toEqual([true, false]);
  });

  it('a request that left the line gets no slot later', () => {
    const slots = new Slots(1);
    const given: string[] = [];
    const first = slots.request(() => {});
    slots.request(() => given.push('second')).release();
    slots.request(() => given.push('third'));
    first.release();
    expect(given).toEqual(['third']);
  });

  it('are neither lost nor given twice, whatever is released in whatever order', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 3 }), fc.array(fc.nat(9), { maxLength: 60 }), (count, steps) => {
        const slots = new Slots(count);
        const requests = steps.slice(0, 10).map(() => slots.request(() => {}));
        for (const step of steps) requests[step]?.release();
        expect(requests.filter(({ held }) => held).length).toBeLessThanOrEqual(count);
        for (const request of requests) request.release();
        const fresh = Array.from({ length: count + 1 }, () => slots.request(() => {}));
        expect(fresh.map(({ held }) => held)).toEqual([...Array(count).fill(true), false]);
      }),
    );
  });
});

describe('a concurrency limiter', () => {
  it('let so many tasks run at once, the next ones in order, also behind one that fails', async () => {
    const limiter = new ConcurrencyLimiter(2);
    const started: number[] = [];
    const finish: (() => void)[] = [];
    const all = [0, 1, 2, 3].map((n) =>
      limiter.run(() => {
        started.push(n);
        return new Promise<void>((resolve, reject) =>
          finish.push(n === 0 ? () => reject(new Error('on purpose')) : resolve),
        );
      }),
    );
    expect(started).toEqual([0, 1]);
    expect([limiter.running, limiter.waiting]).toEqual([2, 2]);
    finish[0]?.();
    await expect(all[0]).rejects.toThrow('on purpose');
    expect(started).toEqual([0, 1, 2]);
    finish[1]?.();
    await all[1];
    finish[2]?.();
    finish[3]?.();
    await Promise.all(all.slice(1));
    expect([limiter.running, limiter.waiting]).toEqual([0, 0]);
  });
});
