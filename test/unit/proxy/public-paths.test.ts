import type { WaitingSlots } from '../../../lambdas/commands/waiting/waiting-slots-store.ts';
import { proxyWorld } from '../../support/proxy.ts';

describe('a public path', () => {
  const open = { publicPaths: ['/ping'] };

  it('is forwarded without any credential', async () => {
    const world = proxyWorld('', open);
    expect((await world.call('/ping', { accept: '*/*' })).statusCode).toBe(200);
    expect(world.dynamodb.items('commands')).toContainEqual(
      expect.objectContaining({ requestedBy: 'anonymous', uri: '/netbackup/ping' }),
    );
  });

  it.each<[string, Record<string, string>, string]>([
    ['/ping', { 'x-api-key': 'nbk_x' }, 'GET'],
    ['/ping', { authorization: 'x' }, 'GET'],
    ['/ping', {}, 'HEAD'],
    ['/ping', {}, 'POST'],
    ['/ping/', {}, 'GET'],
    ['/ping;x', {}, 'GET'],
    ['/appdetails', {}, 'GET'],
  ])('does not include %s with %j by %s', async (path, headers, method) => {
    const world = proxyWorld('', open);
    expect((await world.call(path, headers, method)).statusCode).toBe(401);
    expect(world.gateway.posted).toEqual([]);
  });

  it('does not include a body', async () => {
    const world = proxyWorld('', open);
    expect((await world.call('/ping', {}, 'GET', 'demo', 'x')).statusCode).toBe(401);
    expect(world.gateway.posted).toEqual([]);
  });

  it('needs to be configured', async () => {
    expect((await proxyWorld().call('/ping', {})).statusCode).toBe(401);
  });

  it('needs a waiting slot', async () => {
    const world = proxyWorld('', {
      ...open,
      waitingSlots: {
        acquire: async () => ({ ok: false, limit: 'group', max: 1 }),
      } as unknown as WaitingSlots,
    });
    expect((await world.call('/ping', {})).statusCode).toBe(429);
  });
});
