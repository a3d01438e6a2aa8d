/** The concurrency limit and the order of calls. */
import { ConcurrencyLimit } from '../../../bin/nbwss/tunnel/queue.ts';
import { asProblem, fromNetBackup, type ReceivedRequest, Rig, refused } from './tunnel-rig.ts';

describe('the limit', () => {
  const succeed = (limit: ConcurrencyLimit, times: number, wanted = true) => {
    for (let i = 0; i < times; i++) limit.succeeded(limit.epoch, wanted);
  };

  it('starts at four and grows by one per round', () => {
    const limit = new ConcurrencyLimit();
    expect(limit.current).toBe(4);
    succeed(limit, 3);
    expect(limit.current).toBe(4);
    succeed(limit, 1);
    expect(limit.current).toBe(5);
    succeed(limit, 5);
    expect(limit.current).toBe(6);
  });

  it('does not grow without waiting calls, nor above its maximum', () => {
    const limit = new ConcurrencyLimit({ max: 5 });
    succeed(limit, 100, false);
    expect(limit.current).toBe(4);
    succeed(limit, 100);
    expect(limit.current).toBe(5);
  });

  it('falls once for all concurrent refusals, and never below one', () => {
    const limit = new ConcurrencyLimit({ start: 8 });
    const { epoch } = limit;
    limit.refused(epoch, 8);
    expect(limit.current).toBe(5);
    limit.refused(epoch, 7);
    expect(limit.current).toBe(5);
    for (let i = 0; i < 9; i++) limit.refused(limit.epoch, 1);
    expect(limit.current).toBe(1);
  });

  it('grows slowly above the last refusal', () => {
    const limit = new ConcurrencyLimit({ start: 7 });
    limit.refused(limit.epoch, 7);
    succeed(limit, 4 + 5);
    expect(limit.current).toBe(6);
    succeed(limit, 47);
    expect(limit.current).toBe(6);
    succeed(limit, 1);
    expect(limit.current).toBe(7);
  });

  it('ignores requests that started before the last refusal', () => {
    const limit = new ConcurrencyLimit({ start: 8 });
    const { epoch } = limit;
    limit.refused(epoch, 8);
    for (let i = 0; i < 50; i++) limit.succeeded(epoch, true);
    expect(limit.current).toBe(5);
  });
});

describe('calls', () => {
  let rig: Rig;
  const start = async (options = {}) => {
    rig = await Rig.start(options);
    return rig;
  };
  afterEach(() => rig.stop());

  /** An API with a limit of waiting requests. Each answer takes until no other request arrives. */
  const withPlaces = (places: number) => {
    const held: ReceivedRequest[] = [];
    const answerOne = () => held.shift()?.answer(200, {}, fromNetBackup);
    let idle = () => {};
    rig.onRequest = (received) => {
      if (held.length >= places)
        received.answer(429, refused('too-many-waiting'), { ...asProblem, 'retry-after': '1' });
      else {
        held.push(received);
        setImmediate(() => {
          answerOne();
          if (held.length === 0) idle();
        });
      }
    };
    // A second is long: what was under way has been answered by then.
    rig.whilePausing = () =>
      new Promise((done) => {
        idle = done;
        if (held.length === 0) done();
      });
  };

  it.each([
    [200, 6],
    [60, 2],
    [60, 1],
  ])(
    '%i at once, %i places: all are answered, with at most 1.2 requests each',
    async (count, places) => {
      await start();
      withPlaces(places);
      const answers = await Promise.all(
        Array.from({ length: count }, () => rig.call('POST', '/netbackup/admin/manual-backup', {}, '{}')),
      );
      expect(answers.filter(({ status }) => status === 200)).toHaveLength(count);
      expect(rig.received.length).toBeLessThanOrEqual(1.2 * count);
      expect(rig.pauses.every((ms) => ms === 1_000)).toBe(true);
    },
    120_000,
  );

  it('are sent in order, a refused call first', async () => {
    await start();
    const held: ReceivedRequest[] = [];
    rig.onRequest = (received) => void held.push(received);
    const sent: Promise<unknown>[] = [];
    for (let number = 1; number <= 7; number++) {
      sent.push(rig.call('GET', `/netbackup/${number}`));
      await rig.until(() => rig.calls() === number);
    }
    await rig.until(() => held.length === 4);
    const byPath = (number: number) => held.find(({ path }) => path.endsWith(`/${number}`));
    rig.onRequest = (received) => received.answer(200, {}, fromNetBackup);
    byPath(3)?.answer(429, refused('too-many-waiting'), { ...asProblem, 'retry-after': '2' });
    await rig.until(() => rig.pauses.length === 1);
    for (const number of [1, 2, 4]) byPath(number)?.answer(200, {}, fromNetBackup);
    await Promise.all(sent);
    const order = rig.received.slice(4).map(({ path }) => Number(path.at(-1)));
    expect(order).toEqual([3, 5, 6, 7]);
    expect(rig.pauses).toEqual([2_000]);
  });

  it('are refused above the limit, with Retry-After', async () => {
    await start({ maxCalls: 2 });
    const held: ReceivedRequest[] = [];
    rig.onRequest = (received) => void held.push(received);
    const first = [rig.call('GET', '/netbackup/ping'), rig.call('GET', '/netbackup/ping')];
    await rig.until(() => held.length === 2);
    const third = await rig.call('GET', '/netbackup/ping');
    expect([third.status, third.json.code, third.headers['retry-after']]).toEqual([
      503,
      'too-many-calls',
      '5',
    ]);
    for (const received of held) received.answer(200, {}, fromNetBackup);
    await Promise.all(first);
    rig.onRequest = (received) => received.answer(200, {}, fromNetBackup);
    expect((await rig.call('GET', '/netbackup/ping')).status).toBe(200);
  });

  it("return the API's refusal when it lasts", async () => {
    await start();
    rig.onRequest = (received) =>
      received.answer(429, refused('too-many-waiting'), { ...asProblem, 'retry-after': '30' });
    const answer = await rig.call('GET', '/netbackup/ping');
    expect([answer.status, answer.json.code]).toEqual([429, 'too-many-waiting']);
    expect(rig.received).toHaveLength(5);
  });

  it("return NetBackup's own 429 at once", async () => {
    await start();
    rig.onRequest = (received) =>
      received.answer(429, { errorCode: 1 }, { ...fromNetBackup, 'retry-after': '30' });
    expect((await rig.call('POST', '/netbackup/login', {}, '{}')).status).toBe(429);
    expect(rig.received).toHaveLength(1);
  });

  it("wait when the group's command queue is full", async () => {
    await start();
    let received = 0;
    rig.onRequest = (one) => {
      received += 1;
      if (received < 3) one.answer(429, refused('too-many-commands'), { ...asProblem, 'retry-after': '10' });
      else one.answer(200, {}, fromNetBackup);
    };
    expect((await rig.call('GET', '/netbackup/ping')).status).toBe(200);
    expect(rig.queue.limit.current).toBe(4);
  });
});
