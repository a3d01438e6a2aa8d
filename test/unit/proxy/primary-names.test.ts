import type { Group } from '../../../lambdas/groups/group.ts';
import { GroupsStore } from '../../../lambdas/groups/groups-store.ts';
import type { ProxyContext } from '../../../lambdas/proxy/proxy.ts';
import { proxyWorld } from '../../support/proxy.ts';

describe('the names of the primary', () => {
  const OURS = 'https://api.example.com/v1/groups/demo/netbackup';
  const linksTo = (links: Record<string, string>) => JSON.stringify({ links });
  const hostsOf = ({ dynamodb }: ReturnType<typeof proxyWorld>) =>
    dynamodb.items<Group>('groups')[0]?.primaryHosts;
  const writes = jest.spyOn(GroupsStore.prototype, 'recordPrimaryHosts');
  afterEach(() => writes.mockClear());
  afterAll(() => writes.mockRestore());

  it('are taken from the same response, for other links and for Location', async () => {
    const body = linksTo({ self: 'https://nbu1/netbackup/a', a: 'https://nbu1:8443/b', c: 'https://idp/d' });
    const world = proxyWorld(body, {}, { location: 'https://nbu1/e' });
    const response = await world.call('/x');
    expect(JSON.parse(response.body ?? '').links).toEqual({
      self: `${OURS}/a`,
      a: `${OURS}/b`,
      c: 'https://idp/d',
    });
    expect(response.headers['location']).toBe(`${OURS}/e`);
  });

  it('are taken from Location too, and include short names', async () => {
    const headers = { location: 'https://nbu1.example.com/netbackup/a' };
    const response = await proxyWorld(linksTo({ self: 'https://nbu1:8443/a' }), {}, headers).call('/x');
    expect(JSON.parse(response.body ?? '').links).toEqual({ self: `${OURS}/a` });
    expect(response.headers['location']).toBe(`${OURS}/a`);
  });

  it('are learned from self and first, once', async () => {
    const world = proxyWorld(
      linksTo({
        self: 'https://nbu1/netbackup/a',
        first: '//nbu2/netbackup/',
        next: 'https://nbu3/netbackup',
      }),
    );
    await world.call('/x');
    expect(hostsOf(world)).toEqual(['nbu1', 'nbu2']);
    await world.call('/x');
    expect(writes).toHaveBeenCalledTimes(1);
  });

  it('are read from the group', async () => {
    const world = proxyWorld(linksTo({ next: 'https://nbu1/b' }));
    const [group] = world.dynamodb.items<Group>('groups');
    world.dynamodb.set('groups', { ...group, primaryHosts: ['nbu1'] });
    expect(JSON.parse((await world.call('/x')).body ?? '').links).toEqual({ next: `${OURS}/b` });
    expect(writes).not.toHaveBeenCalled();
  });

  it('are eight at most, the first ones', async () => {
    const world = proxyWorld(linksTo({ self: 'https://late/netbackup' }));
    const primaryHosts = Array.from({ length: 8 }, (_, index) => `nbu${index}`);
    const [group] = world.dynamodb.items<Group>('groups');
    world.dynamodb.set('groups', { ...group, primaryHosts });
    await world.call('/x');
    expect(hostsOf(world)).toEqual(primaryHosts);
    expect(writes).not.toHaveBeenCalled();
  });

  it('do not fail a response when they cannot be stored', async () => {
    const world = proxyWorld(linksTo({ self: 'https://nbu1/netbackup/a' }), {
      groups: {
        get: async () => world.dynamodb.items<Group>('groups')[0],
        recordPrimaryHosts: async () => {
          throw new Error('planted');
        },
      } as unknown as ProxyContext['groups'],
    });
    expect((await world.call('/x')).statusCode).toBe(200);
    expect(world.log.codes()).toContain('primary-hosts-not-stored');
  });
});
