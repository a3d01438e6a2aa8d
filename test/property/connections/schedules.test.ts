/**
 * I-4, I-5 on the shipped bundles: CONNECT, $disconnect and the sweep, killed or paused before and after every AWS call,
 * while something else happens. Whatever the schedule, afterwards the group points at the newest connection that is really
 * alive, or at none, and no COMMAND came before CONNECT RESPONSE.
 */
import fc from 'fast-check';
import type { EndpointDetails } from '../../../lambdas/endpoints/endpoint.ts';
import {
  answering,
  endpointIdOf,
  isCommand,
  isOpen,
  MINUTE,
  payloadOf,
  ping,
  sessionOf,
} from '../../integration/connections/support.ts';
import { type Deployment, startDeployment } from '../../support/deployment.ts';
import { connectRequest, type RawClient } from '../../support/raw-client.ts';

let deployment: Deployment;
let groups = 0;

/** Runs of each property; `SCHEDULES=500` for a long look. */
const RUNS = Number(process.env['SCHEDULES'] ?? 8);

/** What happens while the function is held, or after it was killed. */
const MEANWHILE = [
  'nothing',
  'newer',
  'goes',
  'old-goes',
  'revoke',
  'close',
  'sweep',
  'again',
  'command',
] as const;
type Meanwhile = (typeof MEANWHILE)[number];

interface Schedule {
  /** Who is hit: CONNECT and what follows it, or a sweep that has something to do. */
  readonly victim: 'Session' | 'Sweep';
  /** Which of its AWS calls, counted from CONNECT or the start of the sweep on. */
  readonly nth: number;
  readonly when: 'before' | 'after';
  readonly how: 'kill' | 'pause' | 'lose';
  /** Whether the group has a session already. */
  readonly takesOver: boolean;
  readonly meanwhile: Meanwhile;
}

const commandBeforeConnect = (client: RawClient): boolean => {
  const commandAt = client.received.findIndex(isCommand);
  if (commandAt < 0) return false;
  return !client.received.slice(0, commandAt).some(({ type }) => type === 'CONNECT');
};

const isAuthenticated = ({ received }: RawClient): boolean =>
  received.some((frame) => frame['type'] === 'CONNECT' && payloadOf(frame)['valid'] === true);

/** Sweeps until everything that is to be closed is. */
const settle = async (): Promise<void> => {
  for (let round = 0; round < 2; round++) {
    deployment.clock.advance(1.1 * MINUTE);
    await deployment.sweep();
  }
};

const act = async (
  meanwhile: Meanwhile,
  details: EndpointDetails,
  clients: { readonly all: RawClient[]; readonly hit: RawClient },
): Promise<void> => {
  const group = `/v1/groups/${details.groupId}`;
  switch (meanwhile) {
    case 'newer': {
      // Its handshake may be what is hit: NetBackup dials again (CON-6).
      const newer = await deployment.open().catch(() => deployment.open());
      clients.all.push(newer);
      answering(newer);
      newer.send(connectRequest(details.token));
      const answered = newer.next(({ type }) => type === 'CONNECT').catch(() => undefined);
      await Promise.race([answered, deployment.cloud.drained()]);
      return;
    }
    case 'goes':
      await clients.hit.close(1000);
      return;
    case 'old-goes':
      await clients.all[0]?.close(1001);
      return;
    case 'revoke':
      await deployment.http('DELETE', `${group}/endpoints/${endpointIdOf(details)}/token`);
      return;
    case 'close':
      await deployment.http('DELETE', `${group}/connection`);
      return;
    case 'sweep':
      await deployment.cloud.runSchedules();
      return;
    case 'command':
      await deployment.http('POST', `${group}/commands`, { body: { method: 'GET', uri: '/netbackup/ping' } });
      return;
    case 'again':
      clients.hit.send(connectRequest(details.token));
      return;
    case 'nothing':
  }
};

/** Runs a schedule, then says what is wrong with where it ended. */
const run = async ({ victim, nth, when, how, takesOver, meanwhile }: Schedule): Promise<string[]> => {
  const { cloud } = deployment;
  const details = await deployment.createGroup(`s${++groups}`);
  const all: RawClient[] = [];
  if (takesOver) all.push(await deployment.connect(details));
  const hit = await deployment.open();
  all.push(hit);
  for (const client of all) answering(client);
  await cloud.drained();
  if (victim === 'Sweep') {
    await deployment.open();
    hit.send(connectRequest(details.token));
    await cloud.drained();
    deployment.clock.advance(8.5 * MINUTE);
  }
  const fault = cloud.faults.add({ function: victim, nth, when, do: how });
  if (victim === 'Sweep') void cloud.runSchedules();
  else hit.send(connectRequest(details.token));
  // A schedule may have fewer calls than that; then nothing is hit, and it is one more undisturbed run.
  await Promise.race([fault.reached, cloud.drained()]);
  const isSpent = fault.hits() > 0;
  await act(meanwhile, details, { all, hit });
  fault.remove();
  await cloud.drained();
  await settle();

  const wrong: string[] = [];
  const alive = all.filter(isOpen);
  const { connected } = await sessionOf(deployment, details.groupId);
  if (alive.length > 1) wrong.push(`${alive.length} connections are alive`);
  if (connected !== (alive.length === 1)) wrong.push(`connected: ${connected}, alive: ${alive.length}`);
  const admitted = all.findLastIndex(isAuthenticated);
  if (alive[0] !== undefined && all.indexOf(alive[0]) < admitted) wrong.push('a replaced one is alive');
  if (meanwhile === 'newer' && isSpent && alive[0] !== all.at(-1)) wrong.push('the newest did not survive');
  if (meanwhile === 'revoke' && alive.length > 0) wrong.push('a revoked token is connected');
  if (all.some(commandBeforeConnect)) wrong.push('COMMAND before CONNECT RESPONSE (I-4)');
  if (connected) {
    const answer = await ping(deployment, details.groupId);
    if (answer.json.state !== 'completed') wrong.push(`a command came out ${answer.json.state}`);
  }
  for (const client of all) client.socket.terminate();
  await cloud.drained();
  return wrong;
};

const schedules = fc.record({
  victim: fc.constantFrom('Session' as const, 'Session' as const, 'Sweep' as const),
  nth: fc.integer({ min: 1, max: 13 }),
  when: fc.constantFrom('before' as const, 'after' as const),
  how: fc.constantFrom('pause' as const, 'pause' as const, 'kill' as const, 'lose' as const),
  takesOver: fc.boolean(),
  meanwhile: fc.constantFrom(...MEANWHILE),
});

describe.each([
  ['$disconnect comes', true],
  ['$disconnect never comes', false],
])('%s', (_, disconnectEvents) => {
  beforeAll(async () => {
    deployment = await startDeployment({ limits: { disconnectEvents } });
  });
  afterAll(() => deployment.stop());

  test('held, killed or cut off anywhere, while something else happens', async () => {
    await fc.assert(
      fc.asyncProperty(schedules, async (schedule) => expect(await run(schedule)).toEqual([])),
      { numRuns: RUNS, endOnFailure: true },
    );
  }, 600_000);

  if (!disconnectEvents) return;
  test.each(['newer', 'command'] as const)(
    'held at every AWS call of a CONNECT; meanwhile: %s',
    async (meanwhile) => {
      const wrong: [string, string[]][] = [];
      for (let nth = 1; nth <= 8; nth++) {
        const schedule = { victim: 'Session', nth, when: 'before', how: 'pause', takesOver: false } as const;
        const found = await run({ ...schedule, meanwhile });
        if (found.length > 0) wrong.push([`call ${nth}`, found]);
      }
      expect(wrong).toEqual([]);
    },
    60_000,
  );

  test('a revocation that is killed at any AWS call: what it ended does not stay connected', async () => {
    const wrong: string[] = [];
    let cutShort = 0;
    for (let nth = 4; nth <= 10; nth++) {
      const details = await deployment.createGroup(`s${++groups}`);
      const client = await deployment.connect(details);
      const endpoint = `/v1/groups/${details.groupId}/endpoints/${endpointIdOf(details)}`;
      const fault = deployment.cloud.faults.add({ function: 'Api', nth, do: 'kill' });
      const { status } = await deployment.http('DELETE', `${endpoint}/token`);
      fault.remove();
      if (status >= 500) cutShort += 1;
      await deployment.cloud.drained();
      await settle();
      const { tokens } = (await deployment.http('GET', endpoint)).json;
      if (isOpen(client) !== (tokens.length === 1)) wrong.push(`call ${nth}: ${tokens.length} tokens`);
      const { connected } = await sessionOf(deployment, details.groupId);
      if (connected !== isOpen(client)) wrong.push(`call ${nth}: connected ${connected}`);
      client.socket.terminate();
      await deployment.cloud.drained();
    }
    expect(wrong).toEqual([]);
    expect(cutShort).toBeGreaterThan(3);
  }, 60_000);

  test('killed after every AWS call of a CONNECT that takes over, which is before the next one', async () => {
    const wrong: [string, string[]][] = [];
    for (let nth = 0; nth <= 11; nth++) {
      const at = nth === 0 ? ({ nth: 1, when: 'before' } as const) : ({ nth, when: 'after' } as const);
      const schedule = { ...at, victim: 'Session', how: 'kill', takesOver: true } as const;
      const found = await run({ ...schedule, meanwhile: 'nothing' });
      if (found.length > 0) wrong.push([`${at.when} call ${at.nth}`, found]);
    }
    expect(wrong).toEqual([]);
  }, 60_000);
});
