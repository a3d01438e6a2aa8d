/** Many at a time: on one connection, and waiting for it. */
import { type Deployment, startDeployment } from '../../support/deployment.ts';
import { type CommandFrame, PlayedDomain } from '../../support/domain.ts';
import { message } from '../../support/raw-client.ts';

let deployment: Deployment;
beforeAll(async () => {
  deployment = await startDeployment();
});
afterAll(() => deployment.stop());

const IN_FLIGHT = 200;
/** Chunks of this many calls at a time: what is tested is the channel, not the number of processes that start at once. */
const AT_ONCE = 8;

const inChunks = async <T, R>(items: readonly T[], task: (item: T) => Promise<R>): Promise<R[]> => {
  const results: R[] = [];
  for (let start = 0; start < items.length; start += AT_ONCE)
    results.push(...(await Promise.all(items.slice(start, start + AT_ONCE).map(task))));
  return results;
};

test(`${IN_FLIGHT} commands in flight, answered in any order: each caller gets his own answer`, async () => {
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
  // The last asked is the first answered, but for every third.
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
});

describe('waiting', () => {
  const PLACES = 6;
  let domain: PlayedDomain;
  beforeAll(async () => {
    domain = await PlayedDomain.connect(deployment, 'awaited');
  });
  const get = (headers: Record<string, string> = {}) =>
    deployment.http('GET', '/v1/groups/awaited/netbackup/ping', { headers });

  test('as many as may; one more is refused before anything is sent, and not for long', async () => {
    const pending = Array.from({ length: PLACES }, () => get());
    const frames: CommandFrame[] = [];
    while (frames.length < PLACES) frames.push(await domain.next());
    const refused = await get();
    expect([refused.status, refused.json.code]).toEqual([429, 'too-many-waiting']);
    expect(refused.headers.get('retry-after')).toBe('1');
    const submitted = await deployment.http('POST', '/v1/groups/awaited/commands', {
      body: { method: 'GET', uri: '/netbackup/ping' },
      headers: { prefer: 'wait=5' },
    });
    expect(submitted.status).toBe(429);
    expect(domain.client.unexpected.filter(({ type }) => type === 'COMMAND')).toEqual([]);
    const reply = (id = '') =>
      domain.client.send(message('COMMAND', 'RESPONSE', { responseCode: 200 }, { id }));
    reply(frames[0]?.id);
    await Promise.race(pending);
    const next = get();
    frames[0] = await domain.next();
    for (const { id } of frames) reply(id);
    for (const answer of await Promise.all([...pending, next])) expect(answer.status).toBe(200);
  });

  test('who does not wait is not counted', async () => {
    const pending = Array.from({ length: PLACES }, () => get({ prefer: 'wait=2' }));
    const submitted = await deployment.http('POST', '/v1/groups/awaited/commands', {
      body: { method: 'GET', uri: '/netbackup/ping' },
    });
    expect(submitted.status).toBe(202);
    for (const answer of await Promise.all(pending)) expect(answer.status).toBe(504);
    for (let left = PLACES + 1; left > 0; left--) await domain.next();
  });

  test('the place of one who died is free when his time is over', async () => {
    const fault = deployment.cloud.faults.add({
      function: 'Command',
      service: 'execute-api',
      do: 'kill',
      count: PLACES,
    });
    await Promise.all(Array.from({ length: PLACES }, () => get()));
    expect(fault.hits()).toBe(PLACES);
    expect((await get()).status).toBe(429);
    deployment.clock.advance(32_000);
    const pending = get();
    const { id } = await domain.next();
    await domain.answer(id);
    expect((await pending).status).toBe(200);
  });
});
