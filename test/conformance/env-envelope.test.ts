/** ENV: the envelope. One test for each clause, with the shipped assembly. */
import { decode } from '../../netbackup/wire/codec.ts';
import { isCommand } from '../integration/connections/support.ts';
import { type Deployment, startDeployment } from '../support/deployment.ts';
import {
  connectRequest,
  type Frame,
  job,
  message,
  notification,
  type RawClient,
} from '../support/raw-client.ts';

describe('messages in any order', () => {
  let deployment: Deployment;
  /** The received messages, not parsed. */
  const received: { readonly data: Buffer; readonly isBinary: boolean }[] = [];
  let client: RawClient;
  let connectAnswer: Frame;
  let acknowledgement: Frame;
  let command: Frame;

  beforeAll(async () => {
    deployment = await startDeployment();
    const details = await deployment.createGroup('env');
    client = await deployment.open();
    client.socket.on('message', (data: Buffer, isBinary) => received.push({ data, isBinary }));
    client.send(connectRequest(details.token));
    connectAnswer = await client.next();
    const report = notification('JOB', job(1));
    client.send(report);
    acknowledgement = await client.next((frame) => frame['id'] === report['id']);
    await deployment.http('POST', '/v1/groups/env/commands', {
      body: { method: 'GET', uri: '/netbackup/ping' },
    });
    command = await client.next(isCommand);
    await deployment.cloud.drained();
  });
  afterAll(() => deployment.stop());

  test('ENV-1 each message is one JSON object in a text message', () => {
    expect(received.length).toBeGreaterThanOrEqual(3);
    for (const { data, isBinary } of received) {
      expect(isBinary).toBe(false);
      const value: unknown = JSON.parse(data.toString());
      expect(Array.isArray(value)).toBe(false);
      expect(value).toBeInstanceOf(Object);
    }
  });

  test('ENV-2 its fields: version, id, type, subType, timeStamp in seconds, payload', () => {
    const now = deployment.clock.now() / 1000;
    for (const frame of [connectAnswer, acknowledgement, command]) {
      expect(Object.keys(frame).sort()).toEqual(['id', 'payload', 'subType', 'timeStamp', 'type', 'version']);
      expect(frame['version']).toBe('1.0');
      expect(Number.isInteger(frame['timeStamp'])).toBe(true);
      expect(Math.abs(Number(frame['timeStamp']) - now)).toBeLessThan(60);
    }
    expect(connectAnswer).toMatchObject({ type: 'CONNECT', subType: 'RESPONSE' });
    expect(acknowledgement).toMatchObject({ type: 'NOTIFICATION', subType: 'RESPONSE' });
    expect(command).toMatchObject({ type: 'COMMAND', subType: 'REQUEST' });
    expect(command['id']).toMatch(/^[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}$/);
  });

  test('ENV-3 payload is an object for CONNECT and COMMAND, an array for NOTIFICATION', () => {
    expect(connectAnswer['payload']).toEqual({ valid: true });
    expect(acknowledgement['payload']).toEqual([]);
    expect(command['payload']).toMatchObject({ method: 'GET' });
  });

  let groups = 0;
  test.each([
    ['lower case', 'c0ffee00-0000-4000-8000-000000000001'],
    ['not a UUID', 'message #7'],
    ['one character', 'x'],
    ['unicode', 'メッセージ–𝟙'],
    ['quotes and backslashes', '"\\"\\\\u0041'],
    ['a number in text', '0012'],
    ['long', 'i'.repeat(4000)],
  ])('ENV-4 a response has the unchanged id of its request: %s', async (_, id) => {
    const details = await deployment.createGroup(`env-4-${++groups}`);
    const other = await deployment.open();
    other.send({ ...connectRequest(details.token), id });
    expect((await other.next())['id']).toBe(id);
    const report = { ...notification('JOB', job(2)), id };
    other.send(report);
    const answer = await other.next(({ type }) => type === 'NOTIFICATION');
    expect(answer['id']).toBe(id);
    other.socket.terminate();
  });

  test.each([
    ['a number', '"id":7,', '7'],
    ['a number that JavaScript rounds', '"id":9007199254740993,', '9007199254740993'],
    ['a number with an exponent', '"id":-1.50E+3,', '-1.50E+3'],
    ['null', '"id":null,', 'null'],
    ['none', '', 'null'],
  ])('ENV-4 TRAP-6 an id that is not a string is answered too, byte for byte: %s', async (_, member, id) => {
    const groupId = `env-4-${++groups}`;
    const details = await deployment.createGroup(groupId);
    const other = await deployment.open();
    const texts: string[] = [];
    other.socket.on('message', (data: Buffer) => texts.push(data.toString()));
    const withId = ({ id: _, ...rest }: Frame) => `{${member}${JSON.stringify(rest).slice(1)}`;
    other.send(withId(connectRequest(details.token)));
    expect((await other.next())['payload']).toEqual({ valid: true });
    other.send(withId(notification('JOB', job(4))));
    expect((await other.next())['payload']).toEqual([]);
    const [connected, acknowledged] = texts;
    expect(connected).toContain(`"id":${id},"type":"CONNECT","subType":"RESPONSE"`);
    expect(acknowledged).toContain(`"id":${id},"type":"NOTIFICATION","subType":"RESPONSE"`);
    for (const text of texts) expect(() => decode(text)).not.toThrow();
    await deployment.cloud.drained();
    expect((await deployment.http('GET', `/v1/groups/${groupId}/jobs/4`)).status).toBe(200);
    other.socket.terminate();
  });

  test('ENV-5 only well-formed messages are sent, for any input', async () => {
    const details = await deployment.createGroup('env-5');
    const garbage: unknown[] = [
      '',
      ' ',
      'null',
      '[]',
      '"text"',
      '{',
      '{}',
      '{"type":"CONNECT"}',
      '{"type":"NOTIFICATION"}',
      '{"type":"COMMAND"}',
      { type: 7 },
      message('GREETING', 'REQUEST', {}),
      message('CONNECT', 'RESPONSE', { valid: true }),
      message('CONNECT', 'REQUEST', null),
      message('NOTIFICATION', 'RESPONSE', []),
      message('NOTIFICATION', 'REQUEST', 'no array'),
      message('COMMAND', 'REQUEST', {}),
      message('COMMAND', 'RESPONSE', null),
      { ...message('NOTIFICATION', 'REQUEST', []), id: 5 },
      '{"type":"NOTIFICATION","id":"A","subType":"REQUEST","payload":[¥]}',
    ];
    const texts: { data: Buffer; isBinary: boolean }[] = [];
    const listen = ({ socket }: RawClient) =>
      socket.on('message', (data: Buffer, isBinary) => texts.push({ data, isBinary }));
    const authenticated = await deployment.connect(details);
    listen(authenticated);
    for (const one of garbage) authenticated.send(one);
    await authenticated.next();
    // A connection that is not authenticated may be closed at its first message.
    for (const one of garbage) {
      const other = await deployment.open();
      listen(other);
      other.send(one);
      await deployment.cloud.drained();
      other.socket.terminate();
    }
    for (const { data, isBinary } of texts) expect(() => decode(data, isBinary)).not.toThrow();
    expect(authenticated.socket.readyState).toBe(authenticated.socket.OPEN);
    authenticated.socket.terminate();
  });

  test('ENV-6 the order of fields has no meaning, and unknown fields are kept', async () => {
    const details = await deployment.createGroup('env-6');
    const other = await deployment.open();
    const request = connectRequest(details.token);
    const turned = Object.fromEntries(Object.entries(request).reverse());
    other.send({ zone: 'EU', ...turned, payload: { hint: [1], token: details.token } });
    expect((await other.next())['payload']).toEqual({ valid: true });
    const report = notification('JOB', job(3, 'ACTIVE', { newField: { deep: true } }));
    other.send({ extra: 1, ...Object.fromEntries(Object.entries(report).reverse()) });
    expect((await other.next())['payload']).toEqual([]);
    await deployment.cloud.drained();
    const shown = await deployment.http('GET', '/v1/groups/env-6/jobs/3');
    expect(shown.json.newField).toEqual({ deep: true });
  });
});
