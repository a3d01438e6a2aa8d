import { FakeNetwork, job } from './fake-network.ts';

const HOST = 'a.example.com';

function setUp(options: Parameters<FakeNetwork['primary']>[1] = {}) {
  const network = new FakeNetwork();
  const endpoint = network.endpoint(HOST);
  const primary = network.primary([network.details(HOST)], options);
  return { network, endpoint, primary };
}

describe('connecting', () => {
  it('CON-1, CON-2: sends the token; valid: true establishes the connection', () => {
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
    const network = new FakeNetwork();
    const endpoint = network.endpoint(HOST);
    endpoint.isValid = false;
    const primary = network.primary([network.details(HOST)], { assumptions: { afterInvalid } });
    expect(endpoint.current.closedWith?.code).toBe(1000);
    expect(primary.isConnected()).toBe(false);
    network.seconds(60);
    expect(network.attempts).toHaveLength(dials);
  });

  it('NBWSS retries after valid: false when the state changes', () => {
    const network = new FakeNetwork();
    const endpoint = network.endpoint(HOST);
    endpoint.isValid = false;
    const primary = network.primary([network.details(HOST)], { assumptions: { afterInvalid: 'give-up' } });
    endpoint.isValid = true;
    primary.store.setState(HOST, 'ACTIVATED');
    network.seconds(60);
    expect(primary.isConnected()).toBe(true);
  });

  it('closes without CONNECT RESPONSE', async () => {
    const network = new FakeNetwork();
    network.endpoint(HOST).answersConnect = false;
    const primary = network.primary([network.details(HOST)]);
    const ended = primary.when('disconnected');
    network.seconds(30);
    expect((await ended).reason).toContain('no CONNECT RESPONSE within 30 s');
  });

  it('CON-6: connects again at the next connection run, not before', () => {
    const { network, endpoint, primary } = setUp();
    network.seconds(30);
    endpoint.current.end(1001);
    expect(primary.store.get(HOST)?.closeStatus).toBe('GOING_AWAY');
    network.seconds(29);
    expect(network.attempts).toHaveLength(1);
    network.seconds(1);
    expect(network.attempts).toHaveLength(2);
    expect(primary.isConnected()).toBe(true);
  });
});

describe('ENV-5 undecodable messages', () => {
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
    const { network, endpoint, primary } = setUp();
    endpoint.current.send(text, isBinary);
    network.settle();
    expect(endpoint.current.closedWith?.code).toBe(1007);
    expect(primary.violations.map(({ clause }) => clause)).toEqual(['ENV-5']);
  });

  it('PRP-1: stays open with exception.ignoreDecoder', () => {
    const { network, endpoint, primary } = setUp({ properties: { ignoreDecoder: true } });
    endpoint.current.send('not json');
    network.settle();
    expect(primary.isConnected()).toBe(true);
    expect(primary.violations).toHaveLength(1);
  });

  it('records messages before CONNECT RESPONSE, and messages that only NetBackup sends', () => {
    const network = new FakeNetwork();
    const endpoint = network.endpoint(HOST);
    endpoint.answersConnect = false;
    const primary = network.primary([network.details(HOST)]);
    const [request] = endpoint.current.received;
    if (!request) throw new Error('no CONNECT REQUEST');
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
      'ENV-2 only NetBackup sends NOTIFICATION REQUEST',
      'CON-1 only NetBackup sends CONNECT REQUEST',
    ]);
    expect(primary.ledger).toEqual([]);
  });
});

describe('CON-7 keep-alive', () => {
  it('pings every 30 s and closes after 10 missed pongs', async () => {
    const { network, endpoint, primary } = setUp();
    network.seconds(60);
    expect(endpoint.current.pings).toBe(2);
    endpoint.ponges = false;
    const ended = primary.when('disconnected');
    network.seconds(300);
    expect(primary.isConnected()).toBe(true);
    network.seconds(30);
    expect((await ended).reason).toBe('10 pongs missed (CON-7)');
    expect(endpoint.connections[0]?.pings).toBe(12);
  });

  it('a pong resets the number of missed pongs', () => {
    const { network, endpoint, primary } = setUp();
    endpoint.ponges = false;
    network.seconds(270);
    endpoint.ponges = true;
    network.seconds(30);
    endpoint.ponges = false;
    network.seconds(270);
    expect(primary.isConnected()).toBe(true);
  });
});

describe('stopping', () => {
  it('closes with 1001, leaves no timer, and keeps unacknowledged notifications', async () => {
    const { network, endpoint, primary } = setUp();
    endpoint.acknowledges = false;
    primary.notify([job(1)]);
    network.seconds(5);
    const stopped = primary.stop();
    network.settle();
    await stopped;
    expect(endpoint.current.closedWith?.code).toBe(1001);
    expect(network.clock.pending).toBe(0);
    endpoint.acknowledges = true;
    primary.start();
    network.seconds(5);
    expect(primary.pending).toBe(0);
  });

  it('stops without a connection', async () => {
    const network = new FakeNetwork();
    network.endpoint(HOST).isDown = true;
    const primary = network.primary([network.details(HOST)]);
    await primary.stop();
    expect(network.clock.pending).toBe(0);
  });
});
