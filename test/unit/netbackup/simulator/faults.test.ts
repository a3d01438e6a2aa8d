import { FAULTS, toFault } from '../../../../netbackup/index.ts';
import { contents, FakeWorld, job } from './fake-world.ts';

const HOST = 'a.example.com';

function setUp(...faults: string[]) {
  const world = new FakeWorld();
  const endpoint = world.endpoint(HOST);
  const primary = world.primary([world.details(HOST)], { faults: faults.map(toFault) });
  const answers = (): string[] =>
    endpoint.connections.flatMap(({ received }) =>
      received.filter(({ type }) => type === 'COMMAND').map(({ id }) => id),
    );
  /** Sends commands and waits for the built-in API, which answers at once. */
  const commands = async (...ids: string[]): Promise<void> => {
    for (const id of ids) {
      const answered = primary.when('answered', (event) => event.id === id);
      endpoint.current.command(id, '/netbackup/ping');
      await answered;
    }
    world.settle();
  };
  return { world, endpoint, primary, answers, commands };
}

describe('faults of answers', () => {
  it('slow-answer: late by so many seconds', async () => {
    const { answers, commands, world } = setUp('slow-answer=60');
    await commands('A');
    world.seconds(59);
    expect(answers()).toEqual([]);
    world.seconds(1);
    expect(answers()).toEqual(['A']);
  });

  it('no-answer: the command runs all the same', async () => {
    const { answers, commands, world, primary } = setUp('no-answer');
    await commands('A');
    world.seconds(3600);
    expect(answers()).toEqual([]);
    expect(primary.ledger).toHaveLength(1);
  });

  it('duplicate-answer', async () => {
    const { answers, commands } = setUp('duplicate-answer');
    await commands('A');
    expect(answers()).toEqual(['A', 'A']);
  });

  it('stray-answer: one more, to nobody', async () => {
    const { answers, commands } = setUp('stray-answer');
    await commands('A');
    expect(answers()).toEqual(['A', expect.stringMatching(/^[0-9A-F-]{36}$/)]);
  });

  it('reorder: the second comes first', async () => {
    const { answers, commands, world } = setUp('reorder');
    await commands('A', 'B');
    expect(answers()).toEqual(['B']);
    world.seconds(10);
    expect(answers()).toEqual(['B', 'A']);
    await commands('C');
    world.seconds(10);
    expect(answers()).toEqual(['B', 'A', 'C']);
  });
});

describe('faults of notifications', () => {
  it('resend-storm: many times at once, delivered all the same', () => {
    const { world, endpoint, primary } = setUp('resend-storm=7');
    primary.notify([job(1)]);
    world.seconds(5);
    expect(endpoint.notifications()).toHaveLength(7);
    primary.notify([job(2)]);
    world.seconds(5);
    expect(endpoint.notifications().map(contents).slice(7)).toEqual(Array(7).fill('JOB 2'));
    expect(primary.violations).toEqual([]);
    expect(primary.pending).toBe(0);
  });

  it('oversize: padded to so many KB', () => {
    const { world, endpoint, primary } = setUp('oversize=200');
    primary.notify([job(1)]);
    world.seconds(5);
    const [message] = endpoint.notifications();
    expect(message && contents(message)).toBe('JOB 1');
    expect(JSON.stringify(message).length).toBeGreaterThan(200 * 1024);
    expect(JSON.stringify(message).length).toBeLessThan(201 * 1024);
  });

  it('bad-json: text that is no JSON comes first', () => {
    const { world, endpoint, primary } = setUp('bad-json');
    primary.notify([job(1)]);
    world.seconds(5);
    expect(endpoint.current.received.map(({ type }) => type)).toEqual(['CONNECT', 'TEXT', 'NOTIFICATION']);
    expect(primary.pending).toBe(0);
  });

  it('single-frame: no fragments', () => {
    const { endpoint } = setUp('single-frame');
    expect(endpoint.current.frameBytes).toBe(Number.POSITIVE_INFINITY);
    expect(setUp().endpoint.current.frameBytes).toBe(32_000);
  });

  it('clock-jump: stamps jump after a minute', () => {
    const { world, endpoint, primary } = setUp('clock-jump=-7200');
    primary.notify([job(1)]);
    world.seconds(5);
    world.seconds(60);
    primary.notify([job(2)]);
    world.seconds(5);
    const [first, second] = endpoint.notifications();
    expect((second?.timeStamp ?? 0) - (first?.timeStamp ?? 0)).toBe(65 - 7200);
  });
});

describe('faults of the link', () => {
  it('half-open: silent until NBWSS misses its pongs, then well again', () => {
    const { world, endpoint, primary } = setUp('half-open=10');
    world.seconds(10);
    primary.notify([job(1)]);
    world.seconds(300);
    expect(endpoint.notifications()).toEqual([]);
    expect(primary.isConnected()).toBe(true);
    world.seconds(120);
    expect(endpoint.connections).toHaveLength(2);
    expect(primary.pending).toBe(0);
    world.seconds(600);
    expect(primary.isConnected()).toBe(true);
    expect(endpoint.connections).toHaveLength(2);
  });

  it('half-open: stops all the same', async () => {
    const { world, primary } = setUp('half-open=1');
    world.seconds(2);
    const stopped = primary.stop();
    world.settle();
    await stopped;
    expect(primary.isConnected()).toBe(false);
  });

  it('flapping: every few seconds another connection', async () => {
    const { world, endpoint, primary } = setUp('flapping=5');
    world.seconds(50);
    expect(endpoint.connections.length).toBe(11);
    const stopped = primary.stop();
    world.settle();
    await stopped;
    world.seconds(60);
    expect(endpoint.connections.length).toBe(11);
    expect(world.clock.pending).toBe(0);
  });

  it.each([
    [0, 1],
    [20, 5],
  ])('reconnect-storm with a jitter of %i s', async (jitter, moments) => {
    const world = new FakeWorld(Date.UTC(2026, 0, 15, 12, 0, 10));
    const at: number[] = [];
    const primaries = Array.from({ length: 5 }, (_, index) => {
      const host = `d${index}.example.com`;
      const options = { seed: index, faults: [toFault(`reconnect-storm=${jitter}`)] };
      // Connection runs are rare here, so that only the storm connects.
      const primary = world.primary([world.details(host)], {
        ...options,
        properties: { connectionPeriodMs: 9e6 },
      });
      primary.on('connected', (event) => at.push(event.at));
      return primary;
    });
    world.seconds(49);
    expect(at).toEqual([]);
    world.seconds(30);
    expect(at).toHaveLength(5);
    expect(new Set(at).size).toBe(moments);
    const stopped = Promise.all(primaries.map((primary) => primary.stop()));
    world.settle();
    await stopped;
    expect(world.clock.pending).toBe(0);
  });

  it('wrong-token', () => {
    const { endpoint } = setUp('wrong-token');
    expect(endpoint.current.received[0]?.['payload']).toEqual({ token: 'T-wrong' });
  });
});

describe('faults by name', () => {
  it('each can be made with and without its number', () => {
    for (const [name, { takes }] of Object.entries(FAULTS)) {
      expect(toFault(name).name).toBe(name);
      if (takes) expect(toFault(`${name}=3`).name).toBe(name);
    }
  });

  it.each([
    ['gremlins', 'no fault is called "gremlins"; there are half-open, slow-answer'],
    ['toString', 'no fault is called "toString"'],
    ['reorder=3', 'the fault reorder takes no number'],
    ['flapping=often', 'the fault flapping takes a number of seconds, not "often"'],
    ['flapping=-1', 'the fault flapping takes a number of seconds, not "-1"'],
  ])('refuses %s', (text, why) => {
    expect(() => toFault(text)).toThrow(why);
  });

  it('one that was injected can be ended', async () => {
    const { primary, commands, answers } = setUp();
    const end = primary.inject(toFault('no-answer'));
    await commands('A');
    end();
    await commands('B');
    expect(answers()).toEqual(['B']);
  });
});
