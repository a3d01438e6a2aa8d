/** NOTIFICATION on the shipped bundle: one write, then the acknowledgement; and what happens when the write fails. */
import { type Deployment, startDeployment } from '../../support/deployment.ts';
import { type Frame, job, notification, type RawClient } from '../../support/raw-client.ts';
import { send, settled } from '../../support/reporting.ts';

describe('receive, messages in any order', () => {
  let deployment: Deployment;
  let client: RawClient;
  let serial = 0;
  beforeAll(async () => {
    deployment = await startDeployment();
  });
  beforeEach(async () => {
    client = await deployment.connect(await deployment.createGroup(`g${++serial}`));
    await send(client, notification('JOB', job(999)));
    await settled(deployment);
  });
  afterEach(() => deployment.cloud.faults.clear());
  afterAll(() => deployment.stop());

  const calls = (mark: number) =>
    deployment.cloud.calls
      .since(mark)
      .filter(({ functionName }) => functionName?.includes('Notify'))
      .map(
        ({ action, resource }) =>
          `${action} ${resource.split('/')[1]?.replace(/^.*(Journal|Connections).*$/, '$1')}`,
      );
  const events = async (): Promise<Frame[]> => {
    deployment.clock.advance(5_001);
    return (await deployment.http('GET', `/v1/groups/g${serial}/events?limit=1000`)).json.items;
  };
  const exchange = async (request: Frame): Promise<Frame> => {
    client.send(request);
    return client.next(
      ({ id, type, subType }) => id === request['id'] || (type === 'COMMAND' && subType === 'REQUEST'),
    );
  };

  test('NOT-3 warm, a message costs one AWS call, one put; same id, empty payload', async () => {
    const request = notification('JOB', ...Array.from({ length: 50 }, (_, index) => job(index)));
    const mark = deployment.cloud.calls.mark();
    expect(await exchange(request)).toMatchObject({
      id: request['id'],
      version: '1.0',
      type: 'NOTIFICATION',
      subType: 'RESPONSE',
      payload: [],
    });
    expect(calls(mark)).toEqual(['PutItem Journal']);
  });

  test('NOT-4 the same message again is acknowledged again, counted, and stored once', async () => {
    const request = notification('JOB', job(1));
    for (let time = 0; time < 3; time++)
      expect(await exchange(request)).toMatchObject({ type: 'NOTIFICATION', payload: [] });
    const seen = deployment.output.filter((line) => line.includes('"notification-seen-before"'));
    expect(seen.filter((line) => line.includes(`"g${serial}"`))).toHaveLength(2);
    expect((await events()).map(({ notification }) => (notification as Frame)['jobId'])).toEqual([999, 1]);
  });

  test.each([
    ['refuses', 'fail', 'before'],
    ['loses the answer of what it stored', 'lose', 'after'],
  ] as const)(
    'I-1 I-2 storage that %s for long: no acknowledgement, a harmless ping, and the resend succeeds',
    async (_, action, when) => {
      const fault = deployment.cloud.faults.add({
        function: 'Notify',
        action: 'PutItem',
        do: action,
        when,
        count: Infinity,
      });
      const request = notification('JOB', job(1));
      const started = Date.now();
      expect(await exchange(request)).toMatchObject({
        type: 'COMMAND',
        subType: 'REQUEST',
        payload: { method: 'GET', uri: '/netbackup/ping' },
      });
      expect(Date.now() - started).toBeLessThan(2_000);
      fault.remove();
      expect(await exchange(request)).toMatchObject({ id: request['id'], type: 'NOTIFICATION' });
      await settled(deployment);
      const { json } = await deployment.http('GET', `/v1/groups/g${serial}/jobs/1`);
      expect(json.timeline).toHaveLength(1);
      expect(await events()).toHaveLength(2);
    },
  );

  test('NOT-4 storing is aborted after 1.5 s', async () => {
    const fault = deployment.cloud.faults.add({
      function: 'Notify',
      action: 'PutItem',
      do: 'pause',
      count: Infinity,
    });
    const request = notification('JOB', job(1));
    const started = Date.now();
    expect(await exchange(request)).toMatchObject({ type: 'COMMAND' });
    expect(Date.now() - started).toBeLessThan(2_000);
    fault.remove();
    expect(await exchange(request)).toMatchObject({ id: request['id'], type: 'NOTIFICATION' });
    expect(await events()).toHaveLength(2);
  });

  test('I-1 nothing is stored on a connection without CONNECT', async () => {
    const stranger = await deployment.open();
    stranger.send(notification('JOB', job(1)));
    expect(await stranger.next()).toMatchObject({
      type: 'CONNECT',
      subType: 'RESPONSE',
      payload: { valid: false },
    });
    expect(await events()).toHaveLength(1);
  });
});
