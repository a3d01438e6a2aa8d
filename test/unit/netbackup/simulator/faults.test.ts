import { FAULTS, toFault } from '../../../../netbackup/simulator/faults/faults.ts';
import { contents, FakeNetwork, job } from './fake-network.ts';

const HOST = 'a.example.com';

function setUp(...faults: string[]) {
  const network = new FakeNetwork();
  const endpoint = network.endpoint(HOST);
  const primary = network.primary([network.details(HOST)], { faults: faults.map(toFault) });
  const answers = (): string[] =>
    endpoint.connections.flatMap(({ received }) =>
      received.filter(({ type }) => type === 'COMMAND').map(({ id }) => id),
    );
  /** Sends commands and waits for their responses. */
  const commands = async (...ids: string[]): Promise<void> => {
    for (const id of ids) {
      const answered = primary.when('answered', (event) => event.id === id);
      endpoint.current.command(id, '/netbackup/ping');
      await answered;
    }
    network.settle();
  };
  return { network, endpoint, primary, answers, commands };
}

describe('faults of answers', () => {
  it('slow-answer: late by this number of seconds', async () => {
    const { answers, commands, network } = setUp('slow-answer=60');
    await commands('A');
    network.seconds(59);
    expect(answers()).toEqual([]);
    network.seconds(1);
    expect(answers()).toEqual(['A']);
  });

  it('no-answer: the command still runs', async () => {
    const { answers, commands, network, primary } = setUp('no-answer');
    await commands('A');
    network.seconds(3600);
    expect(answers()).toEqual([]);
    expect(primary.ledger).toHaveLength(1);
  });

  it('duplicate-answer', async () => {
    const { answers, commands } = setUp('duplicate-answer');
    await commands('A');
    expect(answers()).toEqual(['A', 'A']);
  });

  it('stray-answer: an additional one without a request', async () => {
    const { answers, commands } = setUp('stray-answer');
    await commands('A');
    expect(answers()).toEqual(['A', expect.stringMatching(/^[0-9A-F-]{36}$/)]);
  });

  it('reorder: the second is sent first', async () => {
    const { answers, commands, network } = setUp('reorder');
    await commands('A', 'B');
    expect(answers()).toEqual(['B']);
    network.seconds(10);
    expect(answers()).toEqual(['B', 'A']);
    await commands('C');
    network.seconds(10);
    expect(answers()).toEqual(['B', 'A', 'C']);
  });
});

describe('faults of notifications', () => {
  it('resend-storm: many times at once', () => {
    const { network, endpoint, primary } = setUp('resend-storm=7');
    primary.notify([job(1)]);
    network.seconds(5);
    expect(endpoint.notifications()).toHaveLength(7);
    primary.notify([job(2)]);
    network.seconds(5);
    expect(endpoint.notifications().map(contents).slice(7)).toEqual(Array(7).fill('JOB 2'));
    expect(primary.violations).toEqual([]);
    expect(primary.pending).toBe(0);
  });

  it('oversize: padded to this number of KB', () => {
    const { network, endpoint, primary } = setUp('oversize=200');
    primary.notify([job(1)]);
    network.seconds(5);
    const [message] = endpoint.notifications();
    expect(message && contents(message)).toBe('JOB 1');
    expect(JSON.stringify(message).length).toBeGreaterThan(200 * 1024);
    expect(JSON.stringify(message).length).toBeLessThan(201 * 1024);
  });

  it('bad-json: invalid JSON is sent first', () => {
    const { network, endpoint, primary } = setUp('bad-json');
    primary.notify([job(1)]);
    network.seconds(5);
    expect(endpoint.current.received.map(({ type }) => type)).toEqual(['CONNECT', 'TEXT', 'NOTIFICATION']);
    expect(primary.pending).toBe(0);
  });

  it('single-frame: no fragments', () => {
    const { endpoint } = setUp('single-frame');
    expect(endpoint.current.frameBytes).toBe(Number.POSITIVE_INFINITY);
    expect(setUp().endpoint.current.frameBytes).toBe(32_000);
  });

  it('late: held back, together, with the time stamp of the sending', () => {
    const { network, endpoint, primary } = setUp('late=600');
    for (let id = 1; id <= 3; id++) {
      primary.notify([job(id)]);
      network.seconds(60);
    }
    expect(endpoint.notifications()).toEqual([]);
    network.seconds(430);
    expect(endpoint.notifications().map(contents)).toEqual(['JOB 1 2 3']);
    expect(endpoint.notifications()[0]?.timeStamp).toBe(Date.UTC(2026, 0, 15, 12, 10) / 1000);
  });

  it('shuffled: in another order, some again under a new id and time stamp, none lost', () => {
    const { network, endpoint, primary } = setUp('shuffled=300');
    const ids = Array.from({ length: 20 }, (_, index) => index + 1);
    for (const id of ids) {
      primary.notify([job(id)]);
      network.seconds(5);
    }
    network.seconds(305);
    const order = endpoint
      .notifications()
      .flatMap((message) => contents(message).replace('JOB ', '').split(' ').map(Number));
    expect(new Set(order)).toEqual(new Set(ids));
    expect(order.length).toBeGreaterThan(ids.length);
    expect([...new Set(order)]).not.toEqual(ids);
    const twice = order.find((id, index) => order.indexOf(id) !== index);
    const messages = endpoint
      .notifications()
      .filter((message) => contents(message).split(' ').includes(`${twice}`));
    expect(new Set(messages.map(({ id }) => id)).size).toBe(2);
    expect(new Set(messages.map(({ timeStamp }) => timeStamp)).size).toBe(2);
    expect(primary.pending).toBe(0);
  });

  it('faults of delivery add up', () => {
    const { network, endpoint, primary } = setUp('late=60', 'shuffled=0');
    primary.notify([job(1)]);
    network.seconds(59);
    expect(endpoint.notifications()).toEqual([]);
    network.seconds(10);
    expect(endpoint.notifications()).not.toEqual([]);
  });

  it('clock-jump: timeStamps jump after a minute', () => {
    const { network, endpoint, primary } = setUp('clock-jump=-7200');
    primary.notify([job(1)]);
    network.seconds(5);
    network.seconds(60);
    primary.notify([job(2)]);
    network.seconds(5);
    const [first, second] = endpoint.notifications();
    expect((second?.timeStamp ?? 0) - (first?.timeStamp ?? 0)).toBe(65 - 7200);
  });
});

describe('faults of the link', () => {
  it('half-open: silent until NBWSS misses its pongs, then a new connection', () => {
    const { network, endpoint, primary } = setUp('half-open=10');
    network.seconds(10);
    primary.notify([job(1)]);
    network.seconds(300);
    expect(endpoint.notifications()).toEqual([]);
    expect(primary.isConnected()).toBe(true);
    network.seconds(120);
    expect(endpoint.connections).toHaveLength(2);
    expect(primary.pending).toBe(0);
    network.seconds(600);
    expect(primary.isConnected()).toBe(true);
    expect(endpoint.connections).toHaveLength(2);
  });

  it('half-open: can be stopped', async () => {
    const { network, primary } = setUp('half-open=1');
    network.seconds(2);
    const stopped = primary.stop();
    network.settle();
    await stopped;
    expect(primary.isConnected()).toBe(false);
  });

  it('flapping: a new connection every few seconds', async () => {
    const { network, endpoint, primary } = setUp('flapping=5');
    network.seconds(50);
    expect(endpoint.connections.length).toBe(11);
    const stopped = primary.stop();
    network.settle();
    await stopped;
    network.seconds(60);
    expect(endpoint.connections.length).toBe(11);
    expect(network.clock.pending).toBe(0);
  });

  it.each([
    [0, 1],
    [20, 5],
  ])('reconnect-storm with a jitter of %i s', async (jitter, moments) => {
    const network = new FakeNetwork(Date.UTC(2026, 0, 15, 12, 0, 10));
    const at: number[] = [];
    const primaries = Array.from({ length: 5 }, (_, index) => {
      const host = `d${index}.example.com`;
      const options = { seed: index, faults: [toFault(`reconnect-storm=${jitter}`)] };
      // Connection runs are rare here, so that only the storm connects.
      const primary = network.primary([network.details(host)], {
        ...options,
        properties: { connectionPeriodMs: 9e6 },
      });
      primary.on('connected', (event) => at.push(event.at));
      return primary;
    });
    network.seconds(49);
    expect(at).toEqual([]);
    network.seconds(30);
    expect(at).toHaveLength(5);
    expect(new Set(at).size).toBe(moments);
    const stopped = Promise.all(primaries.map((primary) => primary.stop()));
    network.settle();
    await stopped;
    expect(network.clock.pending).toBe(0);
  });

  it('wrong-token', () => {
    const { endpoint } = setUp('wrong-token');
    expect(endpoint.current.received[0]?.['payload']).toEqual({ token: 'T-wrong' });
  });
});

describe('faults by name', () => {
  it('each can be created with and without its number', () => {
    for (const [name, { amount }] of Object.entries(FAULTS)) {
      expect(toFault(name).name).toBe(name);
      if (amount) expect(toFault(`${name}=3`).name).toBe(name);
    }
  });

  it.each([
    ['gremlins', 'unknown fault "gremlins"; expected one of half-open, slow-answer'],
    ['toString', 'unknown fault "toString"'],
    ['reorder=3', 'the fault reorder has no number'],
    ['flapping=often', 'the fault flapping needs a number of seconds, not "often"'],
    ['flapping=-1', 'the fault flapping needs a number of seconds, not "-1"'],
  ])('refuses %s', (text, why) => {
    expect(() => toFault(text)).toThrow(why);
  });

  it('an injected fault can be ended', async () => {
    const { primary, commands, answers } = setUp();
    const end = primary.inject(toFault('no-answer'));
    await commands('A');
    end();
    await commands('B');
    expect(answers()).toEqual(['B']);
  });
});
