import { type Client, contextOf, functionSpec, type Rig, startRig } from './support.ts';

const answer = (body: string, statusCode = 200) => ({ do: 'return', value: { statusCode, body } });

describe('a message at the local WebSocket gateway', () => {
  let rig: Rig;
  afterEach(() => rig.stop());

  /** Nothing came before the answer to a question asked now: what was sent before it was silence. */
  const expectSilence = async (client: Client) => {
    client.send({ type: 'TWO', script: answer('after the silence') });
    expect(await client.messages.next()).toBe('after the silence');
  };

  it('reaches its function with the event that AWS sends', async () => {
    rig = await startRig();
    const client = await rig.connect();
    const connectedAt = rig.clock.now();
    rig.clock.advance(1_500);
    const text = '{"type":"ONE","text":"ü"}';
    client.send(text);
    const event = await rig.events.next();
    expect(Object.keys(event)).toEqual(['requestContext', 'body', 'isBase64Encoded']);
    expect(event).toMatchObject({ body: text, isBase64Encoded: false });
    const id = expect.stringMatching(/^[\w-]{15}=$/);
    expect(contextOf(event)).toEqual({
      routeKey: 'ONE',
      messageId: id,
      eventType: 'MESSAGE',
      extendedRequestId: id,
      requestTime: expect.any(String),
      messageDirection: 'IN',
      stage: 'live',
      connectedAt,
      requestTimeEpoch: connectedAt + 1_500,
      identity: { sourceIp: '127.0.0.1' },
      requestId: id,
      domainName: '127.0.0.1',
      connectionId: id,
      apiId: 'a1b2c3d4e5',
    });
  });

  it.each([
    ['of its type', '{"type":"ONE"}', 'ONE'],
    ['$default for an unknown type', '{"type":"THREE"}', '$default'],
    ['$default for a type that is not a string', '{"type":1}', '$default'],
    ['$default without a type', '{}', '$default'],
    ['$default for what is not an object', '"ONE"', '$default'],
    ['$default for what is not JSON', 'ONE', '$default'],
    ['$default for an empty message', '', '$default'],
    ['$default for a body that plays a connection', '{"type":"$disconnect"}', '$default'],
    ['$default for a property of every object', '{"__proto__":{"type":"ONE"}}', '$default'],
  ])('takes the route %s', async (_name, body, routeKey) => {
    rig = await startRig();
    const client = await rig.connect();
    client.send(body);
    expect(contextOf(await rig.events.next())['routeKey']).toBe(routeKey);
  });

  describe.each(['ONE', 'TWO'])('on route %s', (type) => {
    it.each([
      ['an error', { do: 'throw' }],
      ['a crash', { do: 'exit', code: 1 }],
      ['an invalid answer', { do: 'return', value: null }],
      ['a body that is not a string', { do: 'return', value: { statusCode: 200, body: { a: 1 } } }],
    ])('gets the error frame for %s, and the connection stays', async (_name, script) => {
      rig = await startRig();
      const client = await rig.connect();
      client.send({ type, script });
      const { connectionId, requestId } = contextOf(await rig.events.next());
      expect(await client.messages.next()).toBe(
        `{"message": "Internal server error", "connectionId":"${connectionId}", "requestId":"${requestId}"}`,
      );
      await expectSilence(client);
    });

    it('gets the time-out frame after 29 s', async () => {
      rig = await startRig();
      const client = await rig.connect();
      client.send({ type, script: { do: 'hang' } });
      const { connectionId, requestId } = contextOf(await rig.events.next());
      rig.clock.advance(29_000);
      expect(await client.messages.next()).toBe(
        `{"message": "Endpoint request timed out", "connectionId":"${connectionId}", "requestId":"${requestId}"}`,
      );
    });

    it("gets the error frame when the function's own time is over before", async () => {
      rig = await startRig({ functions: [functionSpec('scripted', { timeoutSeconds: 5 })] });
      const client = await rig.connect();
      client.send({ type, script: { do: 'hang' } });
      await rig.events.next();
      rig.clock.advance(5_000);
      expect(await client.messages.next()).toContain('"Internal server error"');
    });
  });

  it('gets the error frame when its function is throttled', async () => {
    rig = await startRig({
      functions: [functionSpec('scripted', { reservedConcurrency: 0 })],
      without: ['$connect'],
    });
    const client = await rig.connect();
    client.send({ type: 'ONE' });
    expect(await client.messages.next()).toContain('"Internal server error"');
  });

  it('gets "Forbidden" without a route and without $default', async () => {
    rig = await startRig({ without: ['$default'] });
    const client = await rig.connect();
    client.send({ type: 'THREE' });
    expect(await client.messages.next()).toMatch(
      /^\{"message": "Forbidden", "connectionId":"[\w-]{15}=", "requestId":"[\w-]{15}="\}$/,
    );
  });

  it('on a one-way route gets nothing, whatever status and body', async () => {
    rig = await startRig();
    const client = await rig.connect();
    for (const status of [200, 400, 500]) client.send({ type: 'ONE', script: answer('unheard', status) });
    await expectSilence(client);
  });

  it('on a two-way route gets the body, or the error frame for a non-2xx status', async () => {
    rig = await startRig();
    const client = await rig.connect();
    client.send({ type: 'TWO', script: answer('created', 201) });
    expect(await client.messages.next()).toBe('created');
    client.send({ type: 'TWO', script: answer('not this', 400) });
    expect(await client.messages.next()).toContain('"Internal server error"');
    client.send({ type: 'TWO', script: { do: 'bigBody', bytes: 128 * 1024 + 1 } });
    expect(await client.messages.next()).toContain('"Internal server error"');
  });

  it('on a two-way route gets an empty message for an empty body, or nothing, as the switch says', async () => {
    rig = await startRig();
    const client = await rig.connect();
    client.send({ type: 'TWO' });
    expect(await client.messages.next()).toBe('');
    await rig.stop();
    rig = await startRig({ limits: { emptyTwoWayBodySent: false } });
    const second = await rig.connect();
    second.send({ type: 'TWO' });
    await expectSilence(second);
  });

  describe('in order', () => {
    const send = (client: Client, count: number) => {
      for (let n = 0; n < count; n++) client.send({ type: 'TWO', n, script: answer(String(n)) });
    };
    const answers = async (client: Client, count: number) => {
      const arrived: number[] = [];
      for (let n = 0; n < count; n++) arrived.push(Number(await client.messages.next()));
      return arrived;
    };
    const numbers = [...Array(200).keys()];

    it('serial: one after the other as they came, $disconnect last', async () => {
      rig = await startRig();
      const client = await rig.connect();
      send(client, 200);
      expect(await answers(client, 200)).toEqual(numbers);
      expect(rig.lambda.environments()).toHaveLength(1);
      client.send({ type: 'ONE' });
      client.ws.close();
      for (const _ of numbers) await rig.events.next();
      expect(contextOf(await rig.events.next())['eventType']).toBe('MESSAGE');
      expect(contextOf(await rig.events.next())['eventType']).toBe('DISCONNECT');
    });

    it('shuffled: started in another order', async () => {
      const started: number[] = [];
      const lambda = {
        invoke: async (_arn: string, event: unknown) => {
          const { body } = event as { body?: string };
          if (body) started.push(JSON.parse(body).n);
          return { ok: true, payload: { statusCode: 200, body: 'done' } } as const;
        },
      };
      rig = await startRig({ order: 'shuffled', seed: 7, lambda, without: ['$connect'] });
      const client = await rig.connect();
      send(client, 200);
      for (const _ of numbers) await client.messages.next();
      expect(started).not.toEqual(numbers);
      expect([...started].sort((a, b) => a - b)).toEqual(numbers);
    });

    it('shuffled: several at once, each once; the default', async () => {
      rig = await startRig({ order: undefined as never });
      const client = await rig.connect();
      send(client, 200);
      const arrived = await answers(client, 200);
      expect(arrived).not.toEqual(numbers);
      expect([...arrived].sort((a, b) => a - b)).toEqual(numbers);
      expect(rig.lambda.environments().length).toBeGreaterThan(1);
    });
  });

  it('can be waited for, queued ones too', async () => {
    rig = await startRig();
    const client = await rig.connect();
    for (let n = 0; n < 20; n++) client.send({ type: 'ONE', script: answer('') });
    await rig.events.next();
    await rig.gateway.idle();
    expect(rig.lambda.inFlight()).toBe(0);
    for (let n = 1; n < 20; n++) await rig.events.next();
  });
});
