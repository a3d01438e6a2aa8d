/** How many calls go at a time, and in which order. */
import { Pace } from '../../../bin/nbwss/tunnel/pace.ts';
import { type Asked, asProblem, fromNetBackup, Rig, refused } from './rig.ts';

describe('the pace', () => {
  const succeed = (pace: Pace, times: number, wanted = true) => {
    for (let i = 0; i < times; i++) pace.succeeded(pace.epoch, wanted);
  };

  it('begins with four and grows by one a round', () => {
    const pace = new Pace();
    expect(pace.limit).toBe(4);
    succeed(pace, 3);
    expect(pace.limit).toBe(4);
    succeed(pace, 1);
    expect(pace.limit).toBe(5);
    succeed(pace, 5);
    expect(pace.limit).toBe(6);
  });

  it('does not grow where nobody waits, nor beyond its bound', () => {
    const pace = new Pace({ most: 5 });
    succeed(pace, 100, false);
    expect(pace.limit).toBe(4);
    succeed(pace, 100);
    expect(pace.limit).toBe(5);
  });

  it('falls at a refusal, once for all that were under way, and never below one', () => {
    const pace = new Pace({ start: 8 });
    const { epoch } = pace;
    pace.refused(epoch, 8);
    expect(pace.limit).toBe(5);
    pace.refused(epoch, 7);
    expect(pace.limit).toBe(5);
    for (let i = 0; i < 9; i++) pace.refused(pace.epoch, 1);
    expect(pace.limit).toBe(1);
  });

  it('tries more than what was refused last only now and then', () => {
    const pace = new Pace({ start: 7 });
    pace.refused(pace.epoch, 7);
    succeed(pace, 4 + 5);
    expect(pace.limit).toBe(6);
    succeed(pace, 47);
    expect(pace.limit).toBe(6);
    succeed(pace, 1);
    expect(pace.limit).toBe(7);
  });

  it('learns nothing from requests that began before the last refusal', () => {
    const pace = new Pace({ start: 8 });
    const { epoch } = pace;
    pace.refused(epoch, 8);
    for (let i = 0; i < 50; i++) pace.succeeded(epoch, true);
    expect(pace.limit).toBe(5);
  });
});

describe('calls', () => {
  let rig: Rig;
  const start = async (options = {}) => {
    rig = await Rig.start(options);
    return rig;
  };
  afterEach(() => rig.stop());

  /** An API with so many places: each answer takes until nothing else moves. */
  const withPlaces = (places: number) => {
    const held: Asked[] = [];
    const answerOne = () => held.shift()?.answer(200, {}, fromNetBackup);
    let idle = () => {};
    rig.onAsk = (asked) => {
      if (held.length >= places)
        asked.answer(429, refused('too-many-waiting'), { ...asProblem, 'retry-after': '1' });
      else {
        held.push(asked);
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

  it.each([6, 2, 1])(
    '200 at once, %i places: all are answered, with at most 1.2 requests each',
    async (places) => {
      await start();
      withPlaces(places);
      const answers = await Promise.all(
        Array.from({ length: 200 }, () => rig.call('POST', '/netbackup/admin/manual-backup', {}, '{}')),
      );
      expect(answers.filter(({ status }) => status === 200)).toHaveLength(200);
      expect(rig.asked.length).toBeLessThanOrEqual(240);
      expect(rig.pauses.every((ms) => ms === 1_000)).toBe(true);
    },
    120_000,
  );

  it('go in the order in which they came, one that was refused first', async () => {
    await start();
    const held: Asked[] = [];
    rig.onAsk = (asked) => void held.push(asked);
    const sent: Promise<unknown>[] = [];
    for (let number = 1; number <= 7; number++) {
      sent.push(rig.call('GET', `/netbackup/${number}`));
      await rig.until(() => rig.calls() === number);
    }
    await rig.until(() => held.length === 4);
    const byPath = (number: number) => held.find(({ path }) => path.endsWith(`/${number}`));
    rig.onAsk = (asked) => asked.answer(200, {}, fromNetBackup);
    byPath(3)?.answer(429, refused('too-many-waiting'), { ...asProblem, 'retry-after': '2' });
    await rig.until(() => rig.pauses.length === 1);
    for (const number of [1, 2, 4]) byPath(number)?.answer(200, {}, fromNetBackup);
    await Promise.all(sent);
    const order = rig.asked.slice(4).map(({ path }) => Number(path.at(-1)));
    expect(order).toEqual([3, 5, 6, 7]);
    expect(rig.pauses).toEqual([2_000]);
  });

  it('are refused beyond their bound, with Retry-After', async () => {
    await start({ mostCalls: 2 });
    const held: Asked[] = [];
    rig.onAsk = (asked) => void held.push(asked);
    const first = [rig.call('GET', '/netbackup/ping'), rig.call('GET', '/netbackup/ping')];
    await rig.until(() => held.length === 2);
    const third = await rig.call('GET', '/netbackup/ping');
    expect([third.status, third.json.code, third.headers['retry-after']]).toEqual([
      503,
      'too-many-calls',
      '5',
    ]);
    for (const asked of held) asked.answer(200, {}, fromNetBackup);
    await Promise.all(first);
    rig.onAsk = (asked) => asked.answer(200, {}, fromNetBackup);
    expect((await rig.call('GET', '/netbackup/ping')).status).toBe(200);
  });

  it("give back the API's refusal when it lasts", async () => {
    await start();
    rig.onAsk = (asked) =>
      asked.answer(429, refused('too-many-waiting'), { ...asProblem, 'retry-after': '30' });
    const answer = await rig.call('GET', '/netbackup/ping');
    expect([answer.status, answer.json.code]).toEqual([429, 'too-many-waiting']);
    expect(rig.asked).toHaveLength(5);
  });

  it("get NetBackup's own 429 at once", async () => {
    await start();
    rig.onAsk = (asked) => asked.answer(429, { errorCode: 1 }, { ...fromNetBackup, 'retry-after': '30' });
    expect((await rig.call('POST', '/netbackup/login', {}, '{}')).status).toBe(429);
    expect(rig.asked).toHaveLength(1);
  });

  it("wait by themselves where the group's own queue is full", async () => {
    await start();
    let asked = 0;
    rig.onAsk = (one) => {
      asked += 1;
      if (asked < 3) one.answer(429, refused('too-many-commands'), { ...asProblem, 'retry-after': '10' });
      else one.answer(200, {}, fromNetBackup);
    };
    expect((await rig.call('GET', '/netbackup/ping')).status).toBe(200);
    expect(rig.gate.pace.limit).toBe(4);
  });
});
