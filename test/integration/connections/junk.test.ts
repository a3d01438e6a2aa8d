/** Connections without CONNECT are closed at a limited rate, and do not affect others. */
import { type Deployment, startDeployment } from '../../support/deployment.ts';
import { message } from '../../support/raw-client.ts';
import { answering, isOpen, MINUTE, ping, sessionOf } from './support.ts';

/** `JUNK=2000` for the full load. */
const JUNK = Number(process.env['JUNK'] ?? 100);

describe.each(['api-gateway', 'relay'] as const)('junk, gateway %s', (gateway) => {
  let deployment: Deployment;
  beforeAll(async () => {
    deployment = await startDeployment({ gateway });
  });
  afterAll(() => deployment.stop());

  test(`${JUNK} connections without CONNECT are closed by the next sweep, and commands work meanwhile`, async () => {
    const details = await deployment.createGroup('busy');
    const client = await deployment.connect(details);
    answering(client);
    const junk = [];
    for (let opened = 0; opened < JUNK; opened += 10) {
      junk.push(...(await Promise.all(Array.from({ length: 10 }, () => deployment.open()))));
    }
    // Those that send another message are closed at once, the silent ones later.
    const talking = junk.splice(0, 3);
    talking[0]?.send('not JSON');
    talking[1]?.send(message('NOTIFICATION', 'REQUEST', []));
    talking[2]?.send(message('GREETING', 'REQUEST', {}));
    await Promise.all(talking.map(({ closed }) => closed));
    await deployment.cloud.drained();
    await deployment.sweep();
    expect(junk.filter(isOpen)).toHaveLength(JUNK - 3);

    deployment.clock.advance(0.6 * MINUTE);
    const mark = deployment.cloud.calls.mark();
    const sweeping = deployment.sweep();
    expect((await ping(deployment, 'busy')).json.state).toBe('completed');
    await sweeping;
    await Promise.all(junk.map(({ closed }) => closed));
    const closes = deployment.cloud.calls.since(mark).filter(({ service, resource }) => {
      return service === 'execute-api' && resource.includes('/DELETE/');
    });
    expect(closes).toHaveLength(JUNK - 3);
    // At most about 100 a second, or their $disconnect would use all concurrent functions.
    const times = closes.map(({ at }) => at).sort((a, b) => a - b);
    const spread = (times.at(-1) ?? 0) - (times[0] ?? 0);
    expect(spread).toBeGreaterThan((JUNK / 100) * 1000 * 0.8 - 200);
    expect(isOpen(client)).toBe(true);
    expect(await sessionOf(deployment, 'busy')).toMatchObject({ connected: true });
  }, 180_000);
});
