import { contents, FakeWorld, job } from './fake-world.ts';

const [ONE, TWO] = ['one.example.com', 'two.example.com'];

function twoEndpoints() {
  const world = new FakeWorld();
  const details = [world.details(TWO, { priority: 2 }), world.details(ONE, { priority: 1 })];
  return { world, details };
}

describe('GRP-1 priorities', () => {
  it('tries the highest priority first, then the next, in one connection run', () => {
    const { world, details } = twoEndpoints();
    world.endpoint(ONE).isDown = true;
    const primary = world.primary(details);
    expect(world.dialled).toEqual([ONE, TWO]);
    expect(primary.store.get(TWO)?.connectionState).toBe('CONNECTED');
  });

  it('CON-4: connects to one endpoint only', () => {
    const { world, details } = twoEndpoints();
    world.primary(details);
    world.seconds(300);
    expect(world.dialled).toEqual([ONE]);
  });

  it('CON-6: the next one is not tried before the next connection run either', () => {
    const { world, details } = twoEndpoints();
    world.primary(details);
    world.endpoint(ONE).isDown = true;
    world.endpoint(ONE).current.end();
    world.seconds(59);
    expect(world.dialled).toEqual([ONE]);
    world.seconds(1);
    expect(world.dialled).toEqual([ONE, ONE, TWO]);
  });

  it('passes over an endpoint that says valid: false', () => {
    const { world, details } = twoEndpoints();
    world.endpoint(ONE).isValid = false;
    const primary = world.primary(details);
    expect(primary.store.get(TWO)?.connectionState).toBe('CONNECTED');
  });

  it('NOT-5: the next endpoint gets the notifications', () => {
    const { world, details } = twoEndpoints();
    const primary = world.primary(details);
    world.endpoint(ONE).acknowledges = false;
    primary.notify([job(1)]);
    world.seconds(5);
    world.endpoint(ONE).isDown = true;
    world.endpoint(ONE).current.end();
    world.seconds(65);
    expect(world.endpoint(TWO).notifications().map(contents)).toEqual(['JOB 1']);
    expect(primary.pending).toBe(0);
  });
});

describe('GRP-2 no fail-back', () => {
  it('stays at priority 2 until that connection is closed, then goes back to 1', () => {
    const { world, details } = twoEndpoints();
    world.endpoint(ONE).isDown = true;
    const primary = world.primary(details);
    world.endpoint(ONE).isDown = false;
    world.seconds(600);
    expect(primary.store.get(TWO)?.connectionState).toBe('CONNECTED');
    world.endpoint(TWO).current.end(1000);
    world.seconds(60);
    expect(primary.store.get(ONE)?.connectionState).toBe('CONNECTED');
    expect(primary.store.get(TWO)?.connectionState).toBe('DISCONNECTED');
  });
});

describe('GRP-3, GRP-4 changes take effect at the next connection run', () => {
  it('an endpoint that is added', () => {
    const world = new FakeWorld();
    const primary = world.primary([]);
    primary.addEndpoint(world.details(ONE));
    expect(primary.isConnected()).toBe(false);
    world.seconds(60);
    expect(primary.isConnected()).toBe(true);
  });

  it('is not dialled while its group has a connection', () => {
    const world = new FakeWorld();
    const primary = world.primary([world.details(TWO, { priority: 2 })]);
    primary.addEndpoint(world.details(ONE, { priority: 1 }));
    world.seconds(600);
    expect(world.dialled).toEqual([TWO]);
    expect(primary.store.get(ONE)).toMatchObject({ state: 'ACTIVATED', connectionState: 'DISCONNECTED' });
  });

  it('one that is deactivated, then activated', () => {
    const world = new FakeWorld();
    const primary = world.primary([world.details(ONE)]);
    primary.store.setState(ONE, 'DEACTIVATED');
    expect(primary.isConnected()).toBe(true);
    world.seconds(180);
    expect(primary.isConnected()).toBe(false);
    expect(world.dialled).toEqual([ONE]);
    primary.store.setState(ONE, 'ACTIVATED');
    world.seconds(60);
    expect(primary.isConnected()).toBe(true);
  });

  it('one that is deleted', () => {
    const world = new FakeWorld();
    const primary = world.primary([world.details(ONE)]);
    primary.store.remove(ONE);
    expect(primary.isConnected()).toBe(true);
    world.seconds(60);
    expect(primary.isConnected()).toBe(false);
    world.seconds(600);
    expect(world.dialled).toEqual([ONE]);
  });
});

describe('several groups', () => {
  it('each has its own connection and gets every notification', () => {
    const world = new FakeWorld();
    const primary = world.primary([
      world.details(ONE, { groupId: 'first' }),
      world.details(TWO, { groupId: 'second' }),
    ]);
    expect([primary.isConnected('first'), primary.isConnected('second')]).toEqual([true, true]);
    primary.notify([job(1)]);
    world.seconds(5);
    expect(contents(world.endpoint(ONE).notifications()[0] ?? fail())).toBe('JOB 1');
    expect(contents(world.endpoint(TWO).notifications()[0] ?? fail())).toBe('JOB 1');
  });

  it('EPT-4: a host name is stored once, whatever the group', () => {
    const world = new FakeWorld();
    const primary = world.primary([world.details(ONE)]);
    expect(() => primary.addEndpoint(world.details('ONE.example.com', { groupId: 'other' }))).toThrow(
      'the entity already exists',
    );
  });
});

function fail(): never {
  throw new Error('nothing was sent');
}
