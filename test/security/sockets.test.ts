/** Sockets that are not authenticated: whatever they send, each is closed at once, and costs a bounded number of AWS calls. */
import { type Deployment, startDeployment } from '../support/deployment.ts';
import {
  connectRequest,
  type Frame,
  job,
  message,
  notification,
  type RawClient,
} from '../support/raw-client.ts';

const FLOOD = 200;

/** NetBackup waits two seconds; on a busy machine an acknowledgement takes longer. */
const PATIENCE_MS = 5_000;

/** As NetBackup does: sends a notification until it is acknowledged. A ping is not an acknowledgement (NOT-4). */
const report = async (client: RawClient, text: Frame): Promise<void> => {
  const acknowledged = client.next((frame) => frame['type'] === 'NOTIFICATION' && frame['id'] === text['id']);
  client.send(text);
  const again = setInterval(() => client.send(text), PATIENCE_MS);
  const answer = await acknowledged.finally(() => clearInterval(again));
  expect(answer).toMatchObject({ id: text['id'], type: 'NOTIFICATION', subType: 'RESPONSE' });
};

/** A warning; the metric of the same code is another line. */
const WARNING = /"level":"WARN"/;
const FLOODS: Readonly<Record<string, () => unknown>> = {
  NOTIFICATION: () => notification('JOB', job(1)),
  'COMMAND RESPONSE': () => message('COMMAND', 'RESPONSE', { responseCode: 200 }),
  'an unknown type': () => message('GREETING', 'REQUEST', {}),
  'not JSON': () => '{"type":"NOTIFICATION",',
  'CONNECT RESPONSE': () => message('CONNECT', 'RESPONSE', { valid: true }),
  'a CONNECT with a wrong token': () => connectRequest(`nbwss_${'a'.repeat(16)}.${'A'.repeat(43)}`),
  'a CONNECT without a token': () => message('CONNECT', 'REQUEST', {}),
};

/** How each gateway closes a connection that the functions end. */
describe.each([
  ['api-gateway', 1000],
  ['relay', 1008],
] as const)('messages in any order, gateway %s', (gateway, closeCode) => {
  let deployment: Deployment;
  beforeAll(async () => {
    deployment = await startDeployment({ gateway });
  });
  afterAll(() => deployment.stop());

  /** What a flood costs: AWS calls by action, and log lines. */
  const costOf = async (client: RawClient, flood: () => unknown) => {
    const mark = deployment.cloud.calls.mark();
    const before = deployment.output.length;
    for (let sent = 0; sent < FLOOD; sent++) client.send(flood());
    const { code } = await client.closed;
    await deployment.cloud.drained();
    const calls = deployment.cloud.calls.since(mark).map(({ action }) => action);
    return {
      code,
      count: (action: string) => calls.filter((one) => one === action).length,
      calls: calls.length,
      lines: deployment.output.slice(before).filter((line) => WARNING.test(line)).length,
    };
  };

  test.each(Object.entries(FLOODS))(
    'a flood of %s: one close, few calls and log lines',
    async (name, flood) => {
      const client = await deployment.open();
      const cost = await costOf(client, flood);
      expect(cost.code).toBe(closeCode);
      expect(cost.count('DeleteConnection')).toBe(1);
      // Several execution environments may handle a CONNECT at the same time. Other messages are logged once.
      if (name.startsWith('a CONNECT')) expect(cost.lines).toBeLessThan(FLOOD / 4);
      else expect(cost.lines).toBe(1);
      // Each execution environment reads the connection once.
      expect(cost.calls).toBeLessThan(FLOOD / 2);
      // A ping is the answer if the connection could not be read in time (I-1).
      const answers = client.received.filter((frame) => frame['type'] !== 'COMMAND');
      for (const frame of answers) {
        expect(frame).toMatchObject({ type: 'CONNECT', subType: 'RESPONSE', payload: { valid: false } });
      }
      if (name === 'NOTIFICATION') expect(client.received.length).toBeGreaterThan(0);
    },
  );

  test('after a rejected CONNECT any other message closes the connection', async () => {
    const client = await deployment.open();
    client.send(connectRequest('wrong'));
    await client.next();
    await deployment.cloud.drained();
    const cost = await costOf(client, () => notification('JOB', job(1)));
    expect([cost.count('DeleteConnection'), cost.lines]).toEqual([1, 1]);
  });

  test('a primary that waits for its CONNECT RESPONSE is not affected', async () => {
    const details = await deployment.createGroup('lawful');
    const client = await deployment.connect(details);
    const strangers = await Promise.all(Array.from({ length: 5 }, () => deployment.open()));
    for (const stranger of strangers) {
      for (let sent = 0; sent < 4; sent++) stranger.send(notification('JOB', job(1)));
    }
    for (let jobId = 1; jobId <= 20; jobId++) await report(client, notification('JOB', job(jobId)));
    // Whether they are closed is the subject of other tests; a busy machine may need the sweep for it.
    for (const { socket } of strangers) socket.terminate();
    await deployment.cloud.drained();
    expect(client.socket.readyState).toBe(client.socket.OPEN);
    expect((await deployment.http('GET', '/v1/groups/lawful/jobs')).json.items).toHaveLength(20);
  });
});

test.each(['serial', 'shuffled'] as const)(
  'a connection that was closed cannot become a session, messages %s',
  async (order) => {
    const deployment = await startDeployment({ order });
    try {
      const details = await deployment.createGroup('too-late');
      const client = await deployment.open();
      client.send('not JSON');
      client.send(connectRequest(details.token));
      client.send(connectRequest(details.token));
      await deployment.cloud.drained();
      const { session } = (await deployment.http('GET', '/v1/groups/too-late')).json;
      // In another order CONNECT may be first; then it is a session, and stays one.
      expect(session.connected).toBe(client.socket.readyState === client.socket.OPEN);
      if (order === 'serial') expect(session.connected).toBe(false);
    } finally {
      await deployment.stop();
    }
  },
);
