/** Sockets that never speak: gone soon, paced, and in nobody's way. */
import { type Deployment, startDeployment } from '../../support/deployment.ts';
import { message } from '../../support/raw-client.ts';
import { answering, isOpen, MINUTE, ping, sessionOf } from './support.ts';

/** `JUNK=2000` for the whole flood. */
const JUNK = Number(process.env['JUNK'] ?? 150);

describe.each(['serial', 'shuffled'] as const)('junk, messages %s', (order) => {
  let deployment: Deployment;
  beforeAll(async () => {
    deployment = await startDeployment({ order });
  });
  afterAll(() => deployment.stop());

  test(`${JUNK} junk sockets are gone with the next sweep, and the service answers meanwhile`, async () => {
    const details = await deployment.createGroup('busy');
    const client = await deployment.connect(details);
    answering(client);
    const junk = [];
    for (let opened = 0; opened < JUNK; opened += 10) {
      junk.push(...(await Promise.all(Array.from({ length: 10 }, () => deployment.open()))));
    }
    // Some say something, but never who they are.
    junk[0]?.send('not JSON');
    junk[1]?.send(message('NOTIFICATION', 'REQUEST', []));
    junk[2]?.send(message('GREETING', 'REQUEST', {}));
    await deployment.cloud.drained();
    await deployment.sweep();
    expect(junk.filter(isOpen)).toHaveLength(JUNK);

    deployment.clock.advance(0.6 * MINUTE);
    const mark = deployment.cloud.calls.mark();
    const sweeping = deployment.sweep();
    expect((await ping(deployment, 'busy')).json.state).toBe('completed');
    await sweeping;
    await Promise.all(junk.map(({ closed }) => closed));
    const closes = deployment.cloud.calls.since(mark).filter(({ service, resource }) => {
      return service === 'execute-api' && resource.includes('/DELETE/');
    });
    expect(closes).toHaveLength(JUNK);
    // Paced: never above about 100 a second, or their $disconnect would take every function there is.
    const times = closes.map(({ at }) => at).sort((a, b) => a - b);
    const spread = (times.at(-1) ?? 0) - (times[0] ?? 0);
    expect(spread).toBeGreaterThan((JUNK / 100) * 1000 * 0.8 - 200);
    expect(isOpen(client)).toBe(true);
    expect(await sessionOf(deployment, 'busy')).toMatchObject({ connected: true });
  }, 180_000);
});
