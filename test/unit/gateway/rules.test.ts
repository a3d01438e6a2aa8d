import { accepts } from '../../../gateway/authentication.ts';
import { JobQueue } from '../../../gateway/job-queue.ts';
import { watchProgress } from '../../../gateway/progress.ts';
import { digestOf } from '../../../gateway/response-parts.ts';
import { createSweep } from '../../../gateway/sweep.ts';
import { ManualClock } from '../../support/clocks.ts';

describe('a text that accepts a client', () => {
  const response = (payload: unknown, members = {}) =>
    JSON.stringify({ version: '1.0', id: 'A', type: 'CONNECT', subType: 'RESPONSE', payload, ...members });

  it.each([
    [response({ valid: true }), true],
    [response({ valid: true, note: 'kept' }), true],
    [response({ valid: false }), false],
    [response({ valid: 1 }), false],
    [response({}), false],
    [response(null), false],
    [response({ valid: true }, { subType: 'REQUEST' }), false],
    [response({ valid: true }, { type: 'COMMAND' }), false],
    [response({ valid: true, filler: 'x'.repeat(5_000) }), false],
    ['{"payload"', false],
    ['null', false],
    ['', false],
  ])('%.80s: %s', (text, expected) => {
    expect(accepts(text)).toBe(expected);
    expect(accepts(Buffer.from(text))).toBe(expected);
  });
});

describe('the sweep', () => {
  it('checks each when it is due, with one timer at a time, and none without connections', () => {
    const clock = new ManualClock(0);
    let timers = 0;
    const counting = {
      now: () => clock.now(),
      setTimeout: (callback: () => void, ms: number) => {
        timers += 1;
        return clock.setTimeout(() => {
          timers -= 1;
          callback();
        }, ms);
      },
      clearTimeout: (timer: unknown) => {
        timers -= 1;
        clock.clearTimeout(timer as never);
      },
    };
    const all = new Map<string, { checkTime(now: number): number }>();
    const sweep = createSweep(all, counting, 1_000);
    const checked: [string, number][] = [];
    const add = (name: string, dues: number[]) => {
      const one = {
        checkTime: (now: number) => {
          checked.push([name, now]);
          return dues.find((due) => due > now) ?? Number.POSITIVE_INFINITY;
        },
      };
      all.set(name, one);
      sweep.opened(one);
    };
    add('a', [5_000, 8_000]);
    add('b', [5_100]);
    expect(timers).toBe(1);
    checked.length = 0;
    clock.advance(4_999);
    expect(checked).toEqual([]);
    clock.advance(1);
    expect(checked).toEqual([
      ['a', 5_000],
      ['b', 5_000],
    ]);
    // Due 100 ms later, but at most once a second.
    clock.advance(999);
    expect(checked).toHaveLength(2);
    clock.advance(1);
    expect(checked).toHaveLength(4);
    expect(timers).toBe(1);
    all.clear();
    sweep.ended();
    expect(timers).toBe(0);
  });
});

describe('the watch over a message in a slot', () => {
  const limits = { stallMs: 60_000, stallBytes: 1_000 };
  it.each([
    ['nothing arrives', { bytes: 0 }, true],
    ['too little arrives', { bytes: 999 }, true],
    ['enough arrives', { bytes: 1_000 }, false],
    ['nothing arrives, and the gateway paused meanwhile', { pauses: 1 }, false],
    ['nothing arrives, and the gateway still pauses', { paused: true }, false],
  ])('%s: %j, stalled %s', (_name, change, expected) => {
    const clock = new ManualClock(0);
    let state = { bytes: 0, pauses: 0, paused: false };
    let stalled = 0;
    const stop = watchProgress(
      clock,
      limits,
      () => state,
      () => {
        stalled += 1;
      },
    );
    state = { ...state, ...change };
    clock.advance(60_000);
    expect(stalled).toBe(expected ? 1 : 0);
    stop();
    clock.advance(600_000);
    expect(stalled).toBe(expected ? 1 : 0);
  });
});

it('the digest of a message is its SHA-256, whatever its length', async () => {
  expect(await digestOf(Buffer.from('abc'))).toBe(
    'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
  );
  expect(await digestOf(Buffer.alloc(0))).toBe(
    'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  );
  expect(await digestOf(Buffer.alloc(3_000_000, 'a'))).not.toBe(await digestOf(Buffer.alloc(3_000_001, 'a')));
});

it('an idle queue holds no jobs, and a used one runs what is added later', async () => {
  const queue = new JobQueue({ order: 'serial', draw: () => 0 });
  const ran: number[] = [];
  const job = (n: number) => new Promise<void>((done) => queue.add(async () => done(void ran.push(n))));
  await job(1);
  await Promise.all([job(2), job(3)]);
  await new Promise((resolve) => setImmediate(resolve));
  expect(ran).toEqual([1, 2, 3]);
  expect([queue.running, queue.size]).toEqual([0, 0]);
});
