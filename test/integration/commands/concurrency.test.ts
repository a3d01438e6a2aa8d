/** Many concurrent commands on one connection, and many waiting requests. */
import { type Deployment, startDeployment } from '../../support/deployment.ts';
import { type CommandFrame, PlayedDomain } from '../../support/domain.ts';
import { message } from '../../support/raw-client.ts';

let deployment: Deployment;
beforeAll(async () => {
  deployment = await startDeployment();
});
afterAll(() => deployment.stop());

const IN_FLIGHT = 200;
/** Calls start in chunks of this size: the connection is tested, not the number of processes that start at once. */
const AT_ONCE = 8;

const inChunks = async <T, R>(items: readonly T[], task: (item: T) => Promise<R>): Promise<R[]> => {
  const results: R[] = [];
  for (let start = 0; start < items.length; start += AT_ONCE)
    results.push(...(await Promise.all(items.slice(start, start + AT_ONCE).map(task))));
  return results;
};

test(`${IN_FLIGHT} commands under way, with responses in any order: each caller gets its own response`, async () => {
  const domain = await PlayedDomain.connect(deployment, 'busy');
  const numbers = Array.from({ length: IN_FLIGHT }, (_, index) => index);
  const submitted = await inChunks(numbers, async (number) => {
    const answer = await deployment.http('POST', '/v1/groups/busy/commands', {
      body: { method: 'POST', uri: `/netbackup/x/${number}`, body: { number }, executeWithin: 60 },
    });
    expect(answer.status).toBe(202);
    return { number, commandId: answer.json.commandId as string };
  });
  expect(domain.commands).toHaveLength(IN_FLIGHT);
  const [slow, ...others] = domain.commands;
  // The last request gets the first response, except for every third.
  const order = [...others].reverse();
  const shuffled = [...order.filter((_, index) => index % 3), ...order.filter((_, index) => index % 3 === 0)];
  const answer = ({ id, uri, parameters }: CommandFrame) =>
    domain.client.send(
      message(
        'COMMAND',
        'RESPONSE',
        { responseCode: 200, headers: {}, body: `${uri} ${parameters}` },
        { id },
      ),
    );
  await inChunks(shuffled, async (frame) => {
    answer(frame);
    await deployment.cloud.drained();
  });
  const show = async (commandId: string) =>
    (await deployment.http('GET', `/v1/groups/busy/commands/${commandId}`)).json;
  const waiting = submitted.filter(({ commandId }) => commandId === slow?.id);
  const answered = submitted.filter(({ commandId }) => commandId !== slow?.id);
  await inChunks(answered, async ({ number, commandId }) => {
    const command = await show(commandId);
    expect([command.state, command.response?.body]).toEqual([
      'completed',
      `/netbackup/x/${number} {"number":${number}}`,
    ]);
  });
  expect(await show(waiting[0]?.commandId ?? '')).toMatchObject({ state: 'sent' });
  answer(slow as CommandFrame);
  await deployment.cloud.drained();
  expect(await show(waiting[0]?.commandId ?? '')).toMatchObject({ state: 'completed' });
}, 120_000);

describe('waiting', () => {
  const PLACES = 6;
  const SHARE = 3;
  const domains: PlayedDomain[] = [];
  beforeAll(async () => {
    for (const groupId of ['first', 'second', 'third'])
      domains.push(await PlayedDomain.connect(deployment, groupId));
  });
  const domain = (index: number) => domains[index] as PlayedDomain;
  const get = ({ groupId }: PlayedDomain, headers: Record<string, string> = {}) =>
    deployment.http('GET', `/v1/groups/${groupId}/netbackup/ping`, { headers });
  /** Requests of a group, each of which has reached NetBackup. */
  const waiting = async (of: PlayedDomain, count: number) => {
    const pending = Array.from({ length: count }, () => get(of));
    const frames: CommandFrame[] = [];
    while (frames.length < count) frames.push(await of.next());
    return { pending, ids: frames.map(({ id }) => id) };
  };
  const reply = ({ client }: PlayedDomain, id = '') =>
    client.send(message('COMMAND', 'RESPONSE', { responseCode: 200 }, { id }));

  test('a group gets its share, and other groups get the other slots', async () => {
    const one = await waiting(domain(0), SHARE);
    const refused = await get(domain(0));
    expect(refused).toMatchObject({
      status: 429,
      json: {
        code: 'too-many-waiting',
        detail: expect.stringContaining('this group (3) is reached; nothing was sent'),
      },
    });
    expect(refused.headers.get('retry-after')).toBe('1');
    const submitted = await deployment.http('POST', '/v1/groups/first/commands', {
      body: { method: 'GET', uri: '/netbackup/ping' },
      headers: { prefer: 'wait=5' },
    });
    expect(submitted.status).toBe(429);
    const two = await waiting(domain(1), PLACES - SHARE);
    const full = await get(domain(2));
    expect(full).toMatchObject({
      status: 429,
      json: { detail: expect.stringContaining('raise maxWaitingRequests.') },
    });
    for (const { client } of domains)
      expect(client.unexpected.filter(({ type }) => type === 'COMMAND')).toEqual([]);
    reply(domain(0), one.ids[0]);
    await Promise.race(one.pending);
    const next = await waiting(domain(2), 1);
    for (const id of one.ids.slice(1)) reply(domain(0), id);
    for (const id of two.ids) reply(domain(1), id);
    for (const id of next.ids) reply(domain(2), id);
    for (const answer of await Promise.all([...one.pending, ...two.pending, ...next.pending]))
      expect(answer.status).toBe(200);
  });

  test('a request that does not wait needs no slot', async () => {
    const pending = Array.from({ length: SHARE }, () => get(domain(0), { prefer: 'wait=2' }));
    const submitted = await deployment.http('POST', '/v1/groups/first/commands', {
      body: { method: 'GET', uri: '/netbackup/ping' },
    });
    expect(submitted.status).toBe(202);
    for (const answer of await Promise.all(pending)) expect(answer.status).toBe(504);
    for (let left = SHARE + 1; left > 0; left--) await domain(0).next();
  });

  test('acquiring and releasing a slot are one call each', async () => {
    await deployment.cloud.drained();
    const mark = deployment.cloud.calls.mark();
    const { pending, ids } = await waiting(domain(0), 1);
    reply(domain(0), ids[0]);
    await Promise.all(pending);
    const places = deployment.cloud.calls
      .since(mark)
      .filter(({ resource }) => resource.includes('WaitingPlaces'));
    expect(places.map(({ action, writeUnits }) => [action, writeUnits])).toEqual([
      ['UpdateItem', 1],
      ['UpdateItem', 1],
    ]);
  });

  test('the slot of a killed function expires', async () => {
    const fault = deployment.cloud.faults.add({
      function: 'Command',
      service: 'execute-api',
      do: 'kill',
      count: SHARE,
    });
    await Promise.all(Array.from({ length: SHARE }, () => get(domain(0))));
    expect(fault.hits()).toBe(SHARE);
    expect((await get(domain(0))).status).toBe(429);
    deployment.clock.advance(32_000);
    const { pending, ids } = await waiting(domain(0), 1);
    await domain(0).answer(ids[0] ?? '');
    expect((await pending[0])?.status).toBe(200);
  });
});
