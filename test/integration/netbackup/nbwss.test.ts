import { X509Certificate } from 'node:crypto';
import { ManualClock, NetBackupPrimary } from '../../../netbackup/index.ts';
import type { PrimaryOptions } from '../../../netbackup/simulator/primary-options.ts';
import { createCertificate } from '../../fixtures/certificates.ts';
import { command, faithful, TestEndpoint } from '../../fixtures/test-endpoint/index.ts';

let endpoint: TestEndpoint;
let primaries: NetBackupPrimary[];

beforeEach(async () => {
  endpoint = await TestEndpoint.start();
  primaries = [];
});

afterEach(async () => {
  await Promise.all(primaries.map((primary) => primary.stop()));
  await endpoint.stop();
});

function primaryOf(options: PrimaryOptions = {}, details = endpoint.details()): NetBackupPrimary {
  const primary = new NetBackupPrimary({
    trusted: [endpoint.certificate],
    endpoints: [details],
    ...options,
    properties: { notificationDelayMs: 0, ...options.properties },
  });
  primaries.push(primary);
  return primary;
}

async function connect(primary: NetBackupPrimary): Promise<void> {
  const connected = primary.when('connected');
  primary.start();
  await connected;
}

const job = (jobId: number) => ({
  notificationType: 'INFO',
  object: 'JOB',
  data: { jobId, parentJobId: jobId, state: 'DONE', policyName: '夜間バックアップ' },
});

describe('over a real socket', () => {
  it('connects, delivers, responds to a command, stops', async () => {
    const clock = new ManualClock();
    const primary = primaryOf({ clock });
    await connect(primary);
    primary.notify([job(1)]);
    const idle = primary.idle();
    clock.advance(5000);
    await idle;
    expect(endpoint.received('NOTIFICATION')).toHaveLength(1);
    endpoint.clients[0]?.socket.send(command('C1', '/netbackup/ping'));
    await endpoint.until(() => endpoint.received('COMMAND', 'RESPONSE').length === 1);
    expect(endpoint.received('COMMAND', 'RESPONSE')[0]).toMatchObject({
      id: 'C1',
      payload: { responseCode: 200, body: String(clock.now()) },
    });
    expect(primary.ledger).toMatchObject([
      { method: 'GET', uri: '/netbackup/ping', commandId: 'C1', groupId: 'g' },
    ]);
    await primary.stop();
    expect(primary.violations).toEqual([]);
  });

  it('CMD-3: responds to a command without Content-Type, but records it', async () => {
    const primary = primaryOf({ clock: new ManualClock() });
    await connect(primary);
    endpoint.clients[0]?.socket.send(command('C1', '/netbackup/ping', { headers: {} }));
    await primary.when('answered');
    expect(primary.violations.map(({ clause }) => clause)).toEqual(['CMD-3']);
  });

  it('CON-3: a bad token', async () => {
    const primary = primaryOf({ clock: new ManualClock() }, endpoint.details({ token: 'bad' }));
    const ended = primary.when('disconnected');
    primary.start();
    expect(await ended).toMatchObject({ code: 1000, wasConnected: false });
  });

  it('ENV-5: closes on an undecodable frame', async () => {
    const primary = primaryOf({ clock: new ManualClock() });
    await connect(primary);
    const ended = primary.when('disconnected');
    endpoint.clients[0]?.socket.send('{"message": "Forbidden"}');
    expect(await ended).toMatchObject({ code: 1007, closeStatus: 'NOT_CONSISTENT' });
    expect(primary.violations).toMatchObject([{ clause: 'ENV-5', text: '{"message": "Forbidden"}' }]);
  });

  it('CMD-5: drops the connection on a packet larger than 2 MB, but not at 2 MB', async () => {
    const primary = primaryOf({ clock: new ManualClock() });
    await connect(primary);
    const text = command('C1', '/netbackup/ping', { parameters: '' });
    const padded = (bytes: number): string =>
      text.replace('"parameters":""', `"parameters":"${'x'.repeat(bytes - text.length)}"`);
    const answered = primary.when('answered');
    endpoint.clients[0]?.socket.send(padded(2 * 1024 * 1024));
    await answered;
    const ended = primary.when('disconnected');
    endpoint.clients[0]?.socket.send(padded(2 * 1024 * 1024 + 1));
    expect(await ended).toMatchObject({ wasConnected: true });
    expect(primary.violations.map(({ clause }) => clause)).toEqual(['CMD-5']);
  });

  it.each([
    ['in fragments below 32 KB', 32_000],
    ['in one frame', Number.POSITIVE_INFINITY],
  ])('sends a large message %s', async (_how, frameBytes) => {
    const clock = new ManualClock();
    const jobs = Array.from({ length: 900 }, (_, index) => job(index + 1));
    const primary = primaryOf({ clock, assumptions: { frameBytes } });
    await connect(primary);
    primary.notify(jobs);
    const sent = primary.when('sent');
    const idle = primary.idle();
    clock.advance(5000);
    const { bytes } = await sent;
    await idle;
    expect(bytes).toBeGreaterThan(64_000);
    const frames = endpoint.clients[0]?.frames.slice(1) ?? [];
    expect(Math.max(...frames)).toBe(Math.min(frameBytes, bytes));
    expect(frames.reduce((sum, frame) => sum + frame)).toBe(bytes);
    const [message] = endpoint.received('NOTIFICATION');
    const data = jobs.map((item) => item.data);
    expect(message).toMatchObject({ payload: [{ object: 'JOB', data }] });
  });
});

describe('TLS', () => {
  it('refuses a certificate that is not approved', async () => {
    const primary = primaryOf({ clock: new ManualClock(), trusted: [(await createCertificate()).cert] });
    const ended = primary.when('disconnected');
    primary.start();
    expect((await ended).reason).toContain('self-signed certificate');
  });

  it('trusts the certificate that was stored with the endpoint (EPT-5)', async () => {
    const primary = primaryOf({ clock: new ManualClock(), trusted: [], endpoints: [] });
    primary.store.add(endpoint.details(), { pem: endpoint.certificate, fingerprint: '' });
    await connect(primary);
    expect(primary.isConnected()).toBe(true);
  });

  it.each([true, false])(
    'a certificate that differs from the stored one, pinned: %s',
    async (certificatePinned) => {
      const primary = primaryOf({
        clock: new ManualClock(),
        endpoints: [],
        assumptions: { certificatePinned },
      });
      const { cert } = await createCertificate();
      const fingerprint = new X509Certificate(cert).fingerprint256;
      primary.store.add(endpoint.details(), { pem: cert, fingerprint });
      const settled = Promise.race([primary.when('connected'), primary.when('disconnected')]);
      primary.start();
      const event = await settled;
      expect('reason' in event ? event.reason : 'connected').toBe(
        certificatePinned ? 'the certificate is not the one that was stored (EPT-5)' : 'connected',
      );
    },
  );

  it('reports the reason of a failed connection', async () => {
    const details = endpoint.details();
    const { port } = endpoint;
    await endpoint.stop();
    const primary = primaryOf({ clock: new ManualClock() }, details);
    const ended = primary.when('disconnected');
    primary.start();
    expect((await ended).reason).toContain(`127.0.0.1:${port}`);
    await primary.stop();
    endpoint = await TestEndpoint.start();
  });
});

describe('an endpoint that closes', () => {
  it('is connected again at the next connection run', async () => {
    const clock = new ManualClock();
    const primary = primaryOf({ clock });
    await connect(primary);
    const ended = primary.when('disconnected');
    endpoint.clients[0]?.socket.close(1001);
    expect(await ended).toMatchObject({ code: 1001, closeStatus: 'GOING_AWAY' });
    endpoint.react = faithful;
    const again = primary.when('connected');
    clock.advance(60_000);
    await again;
    expect(endpoint.clients).toHaveLength(2);
  });
});
