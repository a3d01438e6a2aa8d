/** What comes over the socket and should not: nothing crashes, nothing foreign goes out, each leaves one line. */
import { connect as connectTls } from 'node:tls';
import { type Deployment, startDeployment } from '../support/deployment.ts';
import {
  connectRequest,
  type Frame,
  job,
  message,
  notification,
  type RawClient,
} from '../support/raw-client.ts';

let deployment: Deployment;
let serial = 0;
beforeAll(async () => {
  deployment = await startDeployment();
});
afterAll(() => deployment.stop());

/** The warnings and errors that functions wrote while something happened. */
const complaintsDuring = async (
  act: () => Promise<unknown> | unknown,
): Promise<Record<string, unknown>[]> => {
  await deployment.cloud.drained();
  const before = deployment.output.length;
  await act();
  await deployment.cloud.drained();
  return deployment.output
    .slice(before)
    .map((line) => JSON.parse(line.slice(line.indexOf('{'))) as Record<string, unknown>)
    .filter(({ level }) => level === 'WARN' || level === 'ERROR');
};

const connected = async (): Promise<{ client: RawClient; groupId: string }> => {
  const groupId = `bad-${++serial}`;
  const client = await deployment.connect(await deployment.createGroup(groupId));
  return { client, groupId };
};

/** Proves that a connection is alive and was sent nothing else: a notification and its acknowledgement. */
const stillWorks = async (client: RawClient): Promise<void> => {
  const proof = notification('JOB', job(1));
  client.send(proof);
  const answer = await client.next((frame) => frame['id'] === proof['id']);
  expect(answer).toMatchObject({ type: 'NOTIFICATION', subType: 'RESPONSE', payload: [] });
  expect(client.unexpected).toEqual([]);
};

const PING = { type: 'COMMAND', subType: 'REQUEST', payload: { method: 'GET', uri: '/netbackup/ping' } };

describe('on an established connection', () => {
  test.each([
    ['text that is no JSON', 'hello?', 'not-json'],
    ['an unfinished object', '{"type":"NOTIFICATION","id":"1"', 'not-json'],
    ['JSON that is no object', '[1,2,3]', 'not-an-object'],
    ['an object that is no message', '{"hello":1}', 'not-an-envelope'],
    ['an unknown type', message('SURPRISE', 'REQUEST', {}), 'unknown-type'],
    ['an empty text', '', 'not-json'],
    ['an invalid answer', message('COMMAND', 'REQUEST', {}), 'not-a-command-response'],
    ['an invalid CONNECT', message('CONNECT', 'RESPONSE', {}), 'not-a-connect-request'],
  ])('%s is not answered, and leaves one line', async (_, sent, reason) => {
    const { client } = await connected();
    const complaints = await complaintsDuring(() => client.send(sent));
    expect(complaints).toMatchObject([{ code: 'message-malformed', reason }]);
    await stillWorks(client);
  });

  test('a NOTIFICATION that is a response is answered, but not acknowledged (ENV-5)', async () => {
    const { client } = await connected();
    const complaints = await complaintsDuring(() => client.send(message('NOTIFICATION', 'RESPONSE', [])));
    expect(complaints).toMatchObject([{ code: 'message-malformed', reason: 'not-a-notification-request' }]);
    expect(await client.next()).toMatchObject(PING);
    await stillWorks(client);
  });

  test.each([
    ['without an id', undefined, null],
    ['with null for an id', null, null],
    ['with a number for an id', 7, 7],
  ])('ENV-4 a NOTIFICATION %s is acknowledged', async (_, id, answered) => {
    const { client } = await connected();
    client.send({ ...notification('JOB', job(1)), id });
    expect(await client.next()).toMatchObject({
      type: 'NOTIFICATION',
      subType: 'RESPONSE',
      id: answered,
      payload: [],
    });
    await stillWorks(client);
  });

  test('a NOTIFICATION of an unknown kind is acknowledged and quarantined (TRAP-6)', async () => {
    const { client } = await connected();
    const strange = notification('POLICY', { policyName: 'p1' });
    const complaints = await complaintsDuring(async () => {
      client.send(strange);
      expect(await client.next()).toMatchObject({ id: strange['id'], payload: [] });
    });
    expect(complaints).toMatchObject([{ code: 'notification-quarantined', reason: 'unknown-object' }]);
    await stillWorks(client);
  });

  test('a message of 200 KB closes with 1009, and what was stored stays', async () => {
    const { client, groupId } = await connected();
    await stillWorks(client);
    client.sendFragmented(JSON.stringify(notification('JOB', { ...job(2), note: 'x'.repeat(200_000) })));
    expect(await client.closed).toMatchObject({ code: 1009 });
    await deployment.cloud.drained();
    const { json } = await deployment.http('GET', `/v1/groups/${groupId}`);
    expect(json.session).toMatchObject({ connected: false, closeCode: 1009 });
    expect((await deployment.http('GET', `/v1/groups/${groupId}/jobs/1`)).status).toBe(200);
    expect((await deployment.http('GET', `/v1/groups/${groupId}/jobs/2`)).status).toBe(404);
  });

  test('a binary frame closes with 1003, and the domain can come back', async () => {
    const groupId = `bad-${++serial}`;
    const details = await deployment.createGroup(groupId);
    const client = await deployment.connect(details);
    client.send(Buffer.from([0, 1, 2]));
    expect(await client.closed).toMatchObject({ code: 1003 });
    await stillWorks(await deployment.connect(details));
  });
});

describe('before CONNECT', () => {
  test('a NOTIFICATION gets CONNECT RESPONSE valid: false, and is not stored (I-1)', async () => {
    const client = await deployment.open();
    const early = notification('JOB', job(3));
    const complaints = await complaintsDuring(() => client.send(early));
    expect(complaints).toMatchObject([{ code: 'notification-before-connect' }]);
    expect(await client.next()).toMatchObject({
      id: early['id'],
      type: 'CONNECT',
      subType: 'RESPONSE',
      payload: { valid: false },
    });
  });

  test('an answer to a command is not answered', async () => {
    const client = await deployment.open();
    const complaints = await complaintsDuring(() =>
      client.send(message('COMMAND', 'RESPONSE', { responseCode: 200 })),
    );
    expect(complaints).toMatchObject([{ code: 'response-before-connect' }]);
    expect(client.received).toEqual([]);
  });

  const wrongTokens: [string, (token: string) => unknown, string][] = [
    ['of another endpoint', (token) => token.replace(/_.{16}\./, '_aaaaaaaaaaaaaaaa.'), 'unknown-endpoint'],
    ['with another secret', (token) => `${token.slice(0, -3)}AAA`, 'wrong-token'],
    ['of another kind', () => 'eyJhbGciOiJIUzI1NiJ9.e30.x', 'malformed-token'],
    ['that is empty', () => '', 'malformed-token'],
    ['of 100 KB', () => 'x'.repeat(100_000), 'malformed-token'],
    ['that is a number', () => 42, 'no-token'],
  ];
  test.each(wrongTokens)(
    'a token %s gets valid: false, whatever is wrong with it (CON-3)',
    async (_, spoil, reason) => {
      const { token } = await deployment.createGroup(`bad-${++serial}`);
      const client = await deployment.open();
      const request: Frame = { ...connectRequest(token), payload: { token: spoil(token) } };
      const complaints = await complaintsDuring(async () => {
        client.sendFragmented(JSON.stringify(request));
        const { timeStamp, ...answer } = await client.next();
        expect(typeof timeStamp).toBe('number');
        expect(answer).toEqual({
          version: '1.0',
          id: request['id'],
          type: 'CONNECT',
          subType: 'RESPONSE',
          payload: { valid: false },
        });
      });
      expect(complaints).toMatchObject([{ code: `connect-rejected-${reason}`, reason }]);
      expect(JSON.stringify(complaints)).not.toContain(token.slice(-20));
      expect(client.unexpected).toEqual([]);
    },
  );

  test('half a handshake and then silence does not keep others out', async () => {
    const { hostname, port } = new URL(deployment.cloud.webSocketUrl);
    const half = connectTls({ host: hostname, port: Number(port), ca: deployment.ca });
    await new Promise((resolve) => half.once('secureConnect', resolve));
    half.write('GET /nbwss HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upg');
    const { client } = await connected();
    await stillWorks(client);
    half.destroy();
  });
});
