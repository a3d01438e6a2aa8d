import { contents, FakeNetwork, image, job } from './fake-network.ts';

const HOST = 'a.example.com';

function setUp(options: Parameters<FakeNetwork['primary']>[1] = {}) {
  const network = new FakeNetwork();
  const endpoint = network.endpoint(HOST);
  const primary = network.primary([network.details(HOST)], options);
  return { network, endpoint, primary };
}

describe('NOT-1 batching', () => {
  it('puts all due notifications into one message, one object per kind', () => {
    const { network, endpoint, primary } = setUp();
    primary.notify([job(1), image('a_1'), job(2)]);
    network.seconds(5);
    expect(endpoint.notifications().map(contents)).toEqual(['JOB 1 2, IMAGE a_1']);
  });

  it('splits messages at an assumed limit', () => {
    const { network, endpoint, primary } = setUp({ assumptions: { batchLimit: 2 } });
    primary.notify([job(1), job(2), job(3)]);
    network.seconds(5);
    expect(endpoint.notifications().map(contents)).toEqual(['JOB 1 2', 'JOB 3']);
  });
});

describe('PRP-4 notification.delay', () => {
  it('delays notifications for 30 s', () => {
    const { network, endpoint, primary } = setUp({ properties: { notificationDelayMs: 30_000 } });
    primary.notify([job(1)]);
    network.seconds(29);
    expect(endpoint.notifications()).toEqual([]);
    network.seconds(6);
    expect(endpoint.notifications()).toHaveLength(1);
  });
});

describe('NOT-4 gating and resend', () => {
  it('resends every 5 s, and sends no other message until acknowledged', () => {
    const { network, endpoint, primary } = setUp();
    endpoint.acknowledges = false;
    primary.notify([job(1)]);
    network.seconds(5);
    primary.notify([job(2)]);
    network.seconds(10);
    expect(endpoint.notifications().map(contents)).toEqual(['JOB 1', 'JOB 1', 'JOB 1']);
    expect(new Set(endpoint.notifications().map(({ id }) => id)).size).toBe(1);
    endpoint.acknowledges = true;
    network.seconds(5);
    expect(endpoint.notifications().map(contents).slice(3)).toEqual(['JOB 1', 'JOB 2']);
    expect(primary.pending).toBe(0);
  });

  it('sends nothing while an exchange is waiting', () => {
    const { network, endpoint, primary } = setUp({
      properties: { notificationRateMs: 1000, sendTimeoutMs: 2500 },
    });
    endpoint.acknowledges = false;
    primary.notify([job(1)]);
    const sentAt: number[] = [];
    for (const name of ['sent', 'resent'] as const) primary.on(name, ({ at }) => sentAt.push(at));
    const start = network.clock.now();
    for (let step = 0; step < 16; step++) network.seconds(0.5);
    expect(sentAt.map((at) => (at - start) / 1000)).toEqual([1, 4, 7]);
  });

  it('a response with another id acknowledges nothing', () => {
    const { network, endpoint, primary } = setUp();
    endpoint.acknowledges = false;
    primary.notify([job(1)]);
    network.seconds(5);
    const [first] = endpoint.notifications();
    if (!first) throw new Error('no message was sent');
    endpoint.current.respond({ ...first, id: first.id.toLowerCase() }, []);
    expect(primary.pending).toBe(1);
    expect(primary.violations.map(({ clause }) => clause)).toEqual(['ENV-4']);
  });

  it.each(['ignored', 'counts'] as const)('an acknowledgement after 2 s: %s', (lateAcknowledgement) => {
    const { network, endpoint, primary } = setUp({ assumptions: { lateAcknowledgement } });
    endpoint.acknowledges = false;
    primary.notify([job(1)]);
    network.seconds(5);
    const [first] = endpoint.notifications();
    if (!first) throw new Error('no message was sent');
    network.seconds(3);
    endpoint.current.respond(first, []);
    expect(primary.pending).toBe(lateAcknowledgement === 'counts' ? 0 : 1);
    network.seconds(2);
    expect(endpoint.notifications()).toHaveLength(lateAcknowledgement === 'counts' ? 1 : 2);
  });

  it.each([
    ['same', 'same'],
    ['new', 'new'],
    ['same', 'new'],
    ['new', 'same'],
  ] as const)('a resend with the %s id and the %s stamp', (resendId, resendTimeStamp) => {
    const { network, endpoint, primary } = setUp({ assumptions: { resendId, resendTimeStamp } });
    endpoint.acknowledges = false;
    primary.notify([job(1)]);
    network.seconds(10);
    const [first, second] = endpoint.notifications();
    expect(second?.id === first?.id).toBe(resendId === 'same');
    expect(second?.timeStamp === first?.timeStamp).toBe(resendTimeStamp === 'same');
    endpoint.acknowledges = true;
    network.seconds(5);
    expect(primary.pending).toBe(0);
  });

  it('a merged resend: an acknowledgement of the first message keeps the added notifications', () => {
    const { network, endpoint, primary } = setUp({ assumptions: { resendBatch: 'merged' } });
    endpoint.acknowledges = false;
    primary.notify([job(1)]);
    network.seconds(5);
    primary.notify([job(2)]);
    network.seconds(5);
    const [first, second] = endpoint.notifications();
    if (!first || !second) throw new Error('two sendings expected');
    expect(contents(second)).toBe('JOB 1 2');
    endpoint.current.respond(first, []);
    expect(primary.pending).toBe(1);
    endpoint.current.respond(second, []);
    expect(primary.pending).toBe(0);
  });
});

describe('NOT-5 delivery is guaranteed', () => {
  it('resends unacknowledged notifications on the next connection', () => {
    const { network, endpoint, primary } = setUp();
    endpoint.acknowledges = false;
    primary.notify([job(1)]);
    network.seconds(5);
    endpoint.current.end();
    endpoint.acknowledges = true;
    network.seconds(60);
    expect(endpoint.connections).toHaveLength(2);
    expect(endpoint.current.notifications().map(contents)).toEqual(['JOB 1']);
    expect(primary.pending).toBe(0);
  });

  it('survives a restart of the web service (GRP-5)', () => {
    const { network, endpoint, primary } = setUp();
    endpoint.acknowledges = false;
    primary.notify([job(1)]);
    network.seconds(5);
    primary.restart(180_000);
    primary.notify([job(2)]);
    endpoint.acknowledges = true;
    network.seconds(179);
    expect(primary.isConnected()).toBe(false);
    network.seconds(10);
    expect(primary.isConnected()).toBe(true);
    expect(primary.pending).toBe(0);
    const [before, after] = endpoint.notifications();
    expect(after && contents(after)).toBe('JOB 1 2');
    expect(after?.id).not.toBe(before?.id);
  });

  it('sends a backlog as one message (NOT-8)', () => {
    const { network, endpoint, primary } = setUp();
    endpoint.isDown = true;
    endpoint.current.end();
    for (let jobId = 1; jobId <= 600; jobId++) primary.notify([job(jobId)]);
    network.seconds(120);
    endpoint.isDown = false;
    network.seconds(70);
    expect(endpoint.notifications()).toHaveLength(1);
    expect(primary.pending).toBe(0);
  });
});

describe('TRAP-1 repeated ids', () => {
  it('messages of one second share an id', () => {
    const { network, endpoint, primary } = setUp({ quirks: { repeatedIds: true } });
    primary.notify([job(1), image('a_1'), job(2)]);
    network.seconds(5);
    const [first, second] = endpoint.notifications();
    expect(endpoint.notifications().map(contents)).toEqual(['JOB 1 2', 'IMAGE a_1']);
    expect(second?.id).toBe(first?.id);
    expect(second?.timeStamp).toBe(first?.timeStamp);
  });

  it('a repeated acknowledgement does not acknowledge the next message', () => {
    const { network, endpoint, primary } = setUp({ quirks: { repeatedIds: true } });
    endpoint.acknowledges = false;
    primary.notify([job(1), image('a_1')]);
    network.seconds(10);
    const [first] = endpoint.notifications();
    if (!first) throw new Error('no message was sent');
    endpoint.current.respond(first, []);
    expect(endpoint.notifications().map(contents)).toEqual(['JOB 1', 'JOB 1', 'IMAGE a_1']);
    endpoint.current.respond(first, []);
    expect(primary.pending).toBe(1);
  });
});

describe('PRP-8 threads', () => {
  it.each([
    [1, 5],
    [2, 3],
  ])('with %i thread(s), a silent group holds up another for the time-out', (threads, expected) => {
    const network = new FakeNetwork();
    network.endpoint('silent.example.com').acknowledges = false;
    const other = network.endpoint('other.example.com');
    const primary = network.primary(
      [
        network.details('silent.example.com', { groupId: 'silent' }),
        network.details('other.example.com', { groupId: 'other' }),
      ],
      { properties: { threads, notificationRateMs: 3000 } },
    );
    primary.notify([job(1)]);
    let after = 0;
    while (other.notifications().length === 0) {
      network.seconds(1);
      after++;
    }
    expect(after).toBe(expected);
  });
});

describe('responses without a request', () => {
  it('records an unknown id, and a payload that is not empty (ENV-4, NOT-3)', () => {
    const { network, endpoint, primary } = setUp();
    const request = {
      version: '1.0',
      id: 'NEVER-SENT',
      type: 'NOTIFICATION',
      subType: 'REQUEST',
      timeStamp: 1,
    };
    endpoint.current.respond(request, ['x']);
    network.settle();
    expect(primary.violations.map(({ clause }) => clause)).toEqual(['NOT-3', 'ENV-4']);
    expect(primary.isConnected()).toBe(true);
  });

  it('ignores a repeated acknowledgement', async () => {
    const { network, endpoint, primary } = setUp();
    primary.notify([job(1)]);
    network.seconds(5);
    const ignored = primary.when('ignored');
    const [first] = endpoint.notifications();
    if (!first) throw new Error('no message was sent');
    endpoint.current.respond(first, []);
    expect((await ignored).why).toBe('already acknowledged');
    expect(primary.violations).toEqual([]);
  });
});
