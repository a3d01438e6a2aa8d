/**
 * I-4, I-5 on the shipped bundles: CONNECT, $disconnect and the sweep, killed or paused before and after every AWS call, while
 * another event happens. Afterwards the group's session is the newest open connection, or none, and no COMMAND was sent before
 * the CONNECT RESPONSE.
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

/** Runs of each property; `SCHEDULES=500` for a thorough test. */
const RUNS = Number(process.env['SCHEDULES'] ?? 8);

/** What happens while the function is paused, or after it was killed. */
const MEANWHILE = [
  'nothing',
  'newer',
  'disconnect',
  'disconnect-old',
  'revoke',
  'close',
  'sweep',
  'again',
  'command',
] as const;
type Meanwhile = (typeof MEANWHILE)[number];

interface Schedule {
  /** The function with the fault: CONNECT and what follows it, or a sweep with work to do. */
  readonly victim: 'Session' | 'Sweep';
  /** Which of its AWS calls, counted from CONNECT or the start of the sweep on. */
  readonly nth: number;
  readonly when: 'before' | 'after';
  readonly how: 'kill' | 'pause' | 'lose';
  /** Whether the group has a session before. */
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

/** Sweeps until each connection that must be closed is. */
const settle = async (): Promise<void> => {
  for (let round = 0; round < 2; round++) {
    deployment.clock.advance(1.1 * MINUTE);
    await deployment.sweep();
  }
};

const act = async (
  meanwhile: Meanwhile,
  details: EndpointDetails,
  clients: { readonly all: RawClient[]; readonly target: RawClient },
): Promise<void> => {
  const group = `/v1/groups/${details.groupId}`;
  switch (meanwhile) {
    case 'newer': {
      // The fault may hit its handshake: NetBackup connects again (CON-6).
      const newer = await deployment.open().catch(() => deployment.open());
      clients.all.push(newer);
      answering(newer);
      newer.send(connectRequest(details.token));
      const answered = newer.next(({ type }) => type === 'CONNECT').catch(() => undefined);
      await Promise.race([answered, deployment.cloud.drained()]);
      return;
    }
    case 'disconnect':
      await clients.target.close(1000);
      return;
    case 'disconnect-old':
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
      clients.target.send(connectRequest(details.token));
      return;
    case 'nothing':
  }
};

/** Runs a schedule, and returns the errors in the final state. */
const run = async ({ victim, nth, when, how, takesOver, meanwhile }: Schedule): Promise<string[]> => {
  const { cloud } = deployment;
  const details = await deployment.createGroup(`s${++groups}`);
  const all: RawClient[] = [];
  if (takesOver) all.push(await deployment.connect(details));
  const target = await deployment.open();
  all.push(target);
  for (const client of all) answering(client);
  await cloud.drained();
  if (victim === 'Sweep') {
    await deployment.open();
    target.send(connectRequest(details.token));
    await cloud.drained();
    deployment.clock.advance(8.5 * MINUTE);
  }
  const fault = cloud.faults.add({ function: victim, nth, when, do: how });
  if (victim === 'Sweep') void cloud.runSchedules();
  else target.send(connectRequest(details.token));
  // With fewer calls than `nth` there is no fault.
  await Promise.race([fault.reached, cloud.drained()]);
  const isHit = fault.hits() > 0;
  await act(meanwhile, details, { all, target });
  fault.remove();
  await cloud.drained();
  await settle();

  const wrong: string[] = [];
  const open = all.filter(isOpen);
  const { connected } = await sessionOf(deployment, details.groupId);
  if (open.length > 1) wrong.push(`${open.length} connections are open`);
  if (connected !== (open.length === 1)) wrong.push(`connected: ${connected}, open: ${open.length}`);
  const lastAuthenticated = all.findLastIndex(isAuthenticated);
  if (open[0] !== undefined && all.indexOf(open[0]) < lastAuthenticated)
    wrong.push('a replaced connection is open');
  if (meanwhile === 'newer' && isHit && open[0] !== all.at(-1)) wrong.push('the newest is not open');
  if (meanwhile === 'revoke' && open.length > 0) wrong.push('a revoked token is connected');
  if (all.some(commandBeforeConnect)) wrong.push('COMMAND before CONNECT RESPONSE (I-4)');
  if (connected) {
    const answer = await ping(deployment, details.groupId);
    if (answer.json.state !== 'completed') wrong.push(`a command is ${answer.json.state}`);
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
  ['with $disconnect', true],
  ['without $disconnect', false],
])('%s', (_, disconnectEvents) => {
  beforeAll(async () => {
    deployment = await startDeployment({ limits: { disconnectEvents } });
  });
  afterAll(() => deployment.stop());

  test('paused, killed or disconnected at any AWS call, while another event happens', async () => {
    await fc.assert(
      fc.asyncProperty(schedules, async (schedule) => expect(await run(schedule)).toEqual([])),
      { numRuns: RUNS, endOnFailure: true },
    );
  }, 600_000);

  if (!disconnectEvents) return;
  test.each(['newer', 'command'] as const)(
    'paused at each AWS call of a CONNECT; meanwhile: %s',
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

  test('a revocation that is killed at any AWS call: a revoked token does not stay connected', async () => {
    const wrong: string[] = [];
    let interrupted = 0;
    for (let nth = 4; nth <= 10; nth++) {
      const details = await deployment.createGroup(`s${++groups}`);
      const client = await deployment.connect(details);
      const endpoint = `/v1/groups/${details.groupId}/endpoints/${endpointIdOf(details)}`;
      const fault = deployment.cloud.faults.add({ function: 'Api', nth, do: 'kill' });
      const { status } = await deployment.http('DELETE', `${endpoint}/token`);
      fault.remove();
      if (status >= 500) interrupted += 1;
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
    expect(interrupted).toBeGreaterThan(3);
  }, 180_000);

  test('killed between all AWS calls of a CONNECT that replaces a session', async () => {
    const wrong: [string, string[]][] = [];
    for (let nth = 0; nth <= 11; nth++) {
      const at = nth === 0 ? ({ nth: 1, when: 'before' } as const) : ({ nth, when: 'after' } as const);
      const schedule = { ...at, victim: 'Session', how: 'kill', takesOver: true } as const;
      const found = await run({ ...schedule, meanwhile: 'nothing' });
      if (found.length > 0) wrong.push([`${at.when} call ${at.nth}`, found]);
    }
    expect(wrong).toEqual([]);
  }, 180_000);
});
