import { contents, FakeNetwork, job } from './fake-network.ts';

const [ONE, TWO] = ['one.example.com', 'two.example.com'];

function twoEndpoints() {
  const network = new FakeNetwork();
  const details = [network.details(TWO, { priority: 2 }), network.details(ONE, { priority: 1 })];
  return { network, details };
}

describe('GRP-1 priorities', () => {
  it('tries the highest priority first, then the next, in one connection run', () => {
    const { network, details } = twoEndpoints();
    network.endpoint(ONE).isDown = true;
    const primary = network.primary(details);
    expect(network.attempts).toEqual([ONE, TWO]);
    expect(primary.store.get(TWO)?.connectionState).toBe('CONNECTED');
  });

  it('CON-4: connects to one endpoint only', () => {
    const { network, details } = twoEndpoints();
    network.primary(details);
    network.seconds(300);
    expect(network.attempts).toEqual([ONE]);
  });

  it('CON-6: the next one is not tried before the next connection run either', () => {
    const { network, details } = twoEndpoints();
    network.primary(details);
    network.endpoint(ONE).isDown = true;
    network.endpoint(ONE).current.end();
    network.seconds(59);
    expect(network.attempts).toEqual([ONE]);
    network.seconds(1);
    expect(network.attempts).toEqual([ONE, ONE, TWO]);
  });

  it('skips an endpoint that responds valid: false', () => {
    const { network, details } = twoEndpoints();
    network.endpoint(ONE).isValid = false;
    const primary = network.primary(details);
    expect(primary.store.get(TWO)?.connectionState).toBe('CONNECTED');
  });

  it('NOT-5: the next endpoint gets the notifications', () => {
    const { network, details } = twoEndpoints();
    const primary = network.primary(details);
    network.endpoint(ONE).acknowledges = false;
    primary.notify([job(1)]);
    network.seconds(5);
    network.endpoint(ONE).isDown = true;
    network.endpoint(ONE).current.end();
    network.seconds(65);
    expect(network.endpoint(TWO).notifications().map(contents)).toEqual(['JOB 1']);
    expect(primary.pending).toBe(0);
  });
});

describe('GRP-2 no fail-back', () => {
  it('stays at priority 2 until that connection is closed, then returns to 1', () => {
    const { network, details } = twoEndpoints();
    network.endpoint(ONE).isDown = true;
    const primary = network.primary(details);
    network.endpoint(ONE).isDown = false;
    network.seconds(600);
    expect(primary.store.get(TWO)?.connectionState).toBe('CONNECTED');
    network.endpoint(TWO).current.end(1000);
    network.seconds(60);
    expect(primary.store.get(ONE)?.connectionState).toBe('CONNECTED');
    expect(primary.store.get(TWO)?.connectionState).toBe('DISCONNECTED');
  });
});

describe('GRP-3, GRP-4 changes take effect at the next connection run', () => {
  it('an added endpoint', () => {
    const network = new FakeNetwork();
    const primary = network.primary([]);
    primary.addEndpoint(network.details(ONE));
    expect(primary.isConnected()).toBe(false);
    network.seconds(60);
    expect(primary.isConnected()).toBe(true);
  });

  it('an added endpoint is not tried while its group has a connection', () => {
    const network = new FakeNetwork();
    const primary = network.primary([network.details(TWO, { priority: 2 })]);
    primary.addEndpoint(network.details(ONE, { priority: 1 }));
    network.seconds(600);
    expect(network.attempts).toEqual([TWO]);
    expect(primary.store.get(ONE)).toMatchObject({ state: 'ACTIVATED', connectionState: 'DISCONNECTED' });
  });

  it('a deactivated, then activated endpoint', () => {
    const network = new FakeNetwork();
    const primary = network.primary([network.details(ONE)]);
    primary.store.setState(ONE, 'DEACTIVATED');
    expect(primary.isConnected()).toBe(true);
    network.seconds(180);
    expect(primary.isConnected()).toBe(false);
    expect(network.attempts).toEqual([ONE]);
    primary.store.setState(ONE, 'ACTIVATED');
    network.seconds(60);
    expect(primary.isConnected()).toBe(true);
  });

  it('a deleted endpoint', () => {
    const network = new FakeNetwork();
    const primary = network.primary([network.details(ONE)]);
    primary.store.remove(ONE);
    expect(primary.isConnected()).toBe(true);
    network.seconds(60);
    expect(primary.isConnected()).toBe(false);
    network.seconds(600);
    expect(network.attempts).toEqual([ONE]);
  });
});

describe('several groups', () => {
  it('each has its own connection and gets every notification', () => {
    const network = new FakeNetwork();
    const primary = network.primary([
      network.details(ONE, { groupId: 'first' }),
      network.details(TWO, { groupId: 'second' }),
    ]);
    expect([primary.isConnected('first'), primary.isConnected('second')]).toEqual([true, true]);
    primary.notify([job(1)]);
    network.seconds(5);
    expect(contents(network.endpoint(ONE).notifications()[0] ?? fail())).toBe('JOB 1');
    expect(contents(network.endpoint(TWO).notifications()[0] ?? fail())).toBe('JOB 1');
  });

  it('EPT-4: a host name is stored once, whatever the group', () => {
    const network = new FakeNetwork();
    const primary = network.primary([network.details(ONE)]);
    expect(() => primary.addEndpoint(network.details('ONE.example.com', { groupId: 'other' }))).toThrow(
      'the entity already exists',
    );
  });
});

function fail(): never {
  throw new Error('nothing was sent');
}
