/** Lists at the relay, which carries large responses. */
import { callNetBackup } from '../../../../lambdas/proxy/call-netbackup.ts';
import { commandWorld } from '../../../support/commands.ts';
import { PATH, responseTo, same } from '../../../support/lists.ts';

describe('at the relay', () => {
  const RELAY = 'relay.0a0000011f91.Zm9vYmFyYmF6cXV4';
  const atRelay = (sizes: readonly number[]) => {
    const world = commandWorld();
    world.connect(RELAY);
    const requested: string[] = [];
    world.gateway.answers = (_, { id, payload }) => {
      const uri = String(payload['uri']);
      requested.push(uri);
      const { status, body } = responseTo({ sizes }, uri);
      queueMicrotask(() => void world.respond(id, { status, headers: {}, body }));
      return 'accepted';
    };
    const get = async (uri: string) => {
      const group = await world.context.groups.get('demo');
      if (!group) throw new Error('There is no group.');
      const request = {
        call: { method: 'GET', uri, headers: {} },
        requestedBy: 'key',
        until: world.clock() + 25_000,
      };
      const known = await world.context.sizes.lookUp('demo', uri);
      return (await callNetBackup(world.context, group, request, known, () => '')).response;
    };
    return { ...world, requested, get };
  };

  it.each(['', '?page[limit]=100', '?page[disable]=true', '?page[limit]=100&page[offset]=50'])(
    'a list is requested as the client wrote it, in one command: %s',
    async (query) => {
      const world = atRelay(same(120, 4_000));
      const uri = `${PATH}${query}`;
      const { body } = await world.get(uri);
      expect(world.requested).toEqual([uri]);
      expect(body).toBe(responseTo({ sizes: same(120, 4_000) }, uri).body);
      expect(world.dynamodb.items('answer-sizes')).toEqual([]);
    },
  );

  it('what was too large for API Gateway is requested', async () => {
    const world = atRelay(same(1, 200_000));
    const uri = '/netbackup/config/single';
    await world.context.sizes.block('demo', uri);
    expect((await world.get(uri)).body).toHaveLength(
      responseTo({ sizes: same(1, 200_000) }, uri).body.length,
    );
  });
});
