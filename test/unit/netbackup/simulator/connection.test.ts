import { FakeWorld, job } from './fake-world.ts';

const HOST = 'a.example.com';

function setUp(options: Parameters<FakeWorld['primary']>[1] = {}) {
  const world = new FakeWorld();
  const endpoint = world.endpoint(HOST);
  const primary = world.primary([world.details(HOST)], options);
  return { world, endpoint, primary };
}

describe('connecting', () => {
  it('CON-1, CON-2: sends the token; valid: true establishes it', () => {
    const { endpoint, primary } = setUp();
    const [request] = endpoint.current.received;
    expect(request).toMatchObject({
      version: '1.0',
      type: 'CONNECT',
      subType: 'REQUEST',
      payload: { token: 'T' },
    });
    expect(request?.id).toMatch(/^[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}$/);
    expect(primary.isConnected('g')).toBe(true);
    expect(primary.store.get(HOST)?.connectionState).toBe('CONNECTED');
  });

  it.each([
    ['retry', 2],
    ['give-up', 1],
  ] as const)('CON-3: closes after valid: false, then %s', (afterInvalid, dials) => {
    const world = new FakeWorld();
    const endpoint = world.endpoint(HOST);
    endpoint.isValid = false;
    const primary = world.primary([world.details(HOST)], { assumptions: { afterInvalid } });
    expect(endpoint.current.closedWith?.code).toBe(1000);
    expect(primary.isConnected()).toBe(false);
    world.seconds(60);
    expect(world.dialled).toHaveLength(dials);
  });

  it('a new state makes NBWSS try again after valid: false', () => {
    const world = new FakeWorld();
    const endpoint = world.endpoint(HOST);
    endpoint.isValid = false;
    const primary = world.primary([world.details(HOST)], { assumptions: { afterInvalid: 'give-up' } });
    endpoint.isValid = true;
    primary.store.setState(HOST, 'ACTIVATED');
    world.seconds(60);
    expect(primary.isConnected()).toBe(true);
  });

  it('gives up when CONNECT RESPONSE does not come', async () => {
    const world = new FakeWorld();
    world.endpoint(HOST).answersConnect = false;
    const primary = world.primary([world.details(HOST)]);
    const ended = primary.when('disconnected');
    world.seconds(30);
    expect((await ended).reason).toContain('CONNECT RESPONSE did not come within 30 s');
  });

  it('CON-6: dials again at the next connection run, not before', () => {
    const { world, endpoint, primary } = setUp();
    world.seconds(30);
    endpoint.current.end(1001);
    expect(primary.store.get(HOST)?.closeStatus).toBe('GOING_AWAY');
    world.seconds(29);
    expect(world.dialled).toHaveLength(1);
    world.seconds(1);
    expect(world.dialled).toHaveLength(2);
    expect(primary.isConnected()).toBe(true);
  });
});

describe('ENV-5 what cannot be decoded', () => {
  it.each([
    ['{"message": "Internal server error", "connectionId": "x", "requestId": "y"}', false],
    ['', false],
    ['not json', false],
    ['[]', false],
    [
      '{"version":"1.0","id":"A","type":"NOTIFICATION","subType":"RESPONSE","timeStamp":1,"payload":{}}',
      false,
    ],
    ['{"version":"1.0","id":"A","type":"COMMAND","subType":"REQUEST","timeStamp":1,"payload":{}}', false],
    [
      '{"version":"1.0","id":"A","type":"NOTIFICATION","subType":"RESPONSE","timeStamp":1,"payload":[]}',
      true,
    ],
  ])('closes on %s (binary: %s) and records it', (text, isBinary) => {
    const { world, endpoint, primary } = setUp();
    endpoint.current.send(text, isBinary);
    world.settle();
    expect(endpoint.current.closedWith?.code).toBe(1007);
    expect(primary.violations.map(({ clause }) => clause)).toEqual(['ENV-5']);
  });

  it('PRP-1: stays when it is told to ignore what it cannot decode', () => {
    const { world, endpoint, primary } = setUp({ properties: { ignoreDecoder: true } });
    endpoint.current.send('not json');
    world.settle();
    expect(primary.isConnected()).toBe(true);
    expect(primary.violations).toHaveLength(1);
  });

  it('records what comes before CONNECT RESPONSE, and what only NetBackup sends', () => {
    const world = new FakeWorld();
    const endpoint = world.endpoint(HOST);
    endpoint.answersConnect = false;
    const primary = world.primary([world.details(HOST)]);
    const [request] = endpoint.current.received;
    if (!request) throw new Error('no CONNECT REQUEST came');
    endpoint.current.command('C', '/netbackup/ping');
    endpoint.current.respond({ ...request, id: 'OTHER' }, { valid: true });
    expect(primary.isConnected()).toBe(false);
    endpoint.current.respond(request, { valid: true });
    expect(primary.isConnected()).toBe(true);
    endpoint.current.respond(request, { valid: true });
    endpoint.current.send(JSON.stringify({ ...request, type: 'NOTIFICATION', payload: [] }));
    endpoint.current.send(JSON.stringify(request));
    expect(primary.violations.map(({ clause, reason }) => `${clause} ${reason}`)).toEqual([
      'CON-2 COMMAND REQUEST before CONNECT RESPONSE',
      'ENV-4 CONNECT RESPONSE with another id than its request',
      'ENV-4 a second CONNECT RESPONSE',
      'ENV-2 NOTIFICATION REQUEST is for NetBackup to send',
      'CON-1 CONNECT REQUEST is for NetBackup to send',
    ]);
    expect(primary.ledger).toEqual([]);
  });
});

describe('CON-7 keep-alive', () => {
  it('pings every 30 s and closes after 10 missed pongs', async () => {
    const { world, endpoint, primary } = setUp();
    world.seconds(60);
    expect(endpoint.current.pings).toBe(2);
    endpoint.ponges = false;
    const ended = primary.when('disconnected');
    world.seconds(300);
    expect(primary.isConnected()).toBe(true);
    world.seconds(30);
    expect((await ended).reason).toBe('10 pongs missed (CON-7)');
    expect(endpoint.connections[0]?.pings).toBe(12);
  });

  it('one pong forgives the missed ones', () => {
    const { world, endpoint, primary } = setUp();
    endpoint.ponges = false;
    world.seconds(270);
    endpoint.ponges = true;
    world.seconds(30);
    endpoint.ponges = false;
    world.seconds(270);
    expect(primary.isConnected()).toBe(true);
  });
});

describe('stopping', () => {
  it('closes with 1001, leaves no timer, and keeps what was not acknowledged', async () => {
    const { world, endpoint, primary } = setUp();
    endpoint.acknowledges = false;
    primary.notify([job(1)]);
    world.seconds(5);
    const stopped = primary.stop();
    world.settle();
    await stopped;
    expect(endpoint.current.closedWith?.code).toBe(1001);
    expect(world.clock.pending).toBe(0);
    endpoint.acknowledges = true;
    primary.start();
    world.seconds(5);
    expect(primary.pending).toBe(0);
  });

  it('stops although no connection stands', async () => {
    const world = new FakeWorld();
    world.endpoint(HOST).isDown = true;
    const primary = world.primary([world.details(HOST)]);
    await primary.stop();
    expect(world.clock.pending).toBe(0);
  });
});
