import {
  DeleteConnectionCommand,
  GetConnectionCommand,
  GoneException,
  PayloadTooLargeException,
  PostToConnectionCommand,
} from '@aws-sdk/client-apigatewaymanagementapi';
import { newConnectionId } from '../../../relay/connection-id.ts';
import { endPrograms } from '../../support/process.ts';
import { FakeAws } from '../../support/relay/fake-aws.ts';
import { Relay } from '../../support/relay/relay.ts';

let aws: FakeAws;
let relay: Relay;
beforeAll(async () => {
  aws = await new FakeAws().start();
  relay = await Relay.start({ aws });
});
afterAll(async () => {
  await endPrograms();
  await aws.stop();
});

/** Resolves when $disconnect of a connection was invoked. */
const ended = (connectionId: string) =>
  aws.event(
    ({ requestContext }) =>
      requestContext.eventType === 'DISCONNECT' && requestContext.connectionId === connectionId,
  );

describe("the SDK's client", () => {
  it('posts a message', async () => {
    const [client, ConnectionId] = await relay.connectWithId();
    await relay.sdk.send(new PostToConnectionCommand({ ConnectionId, Data: '{"text":"grüße"}' }));
    expect(await client.next()).toEqual({ text: 'grüße' });
    await client.close();
  });

  it('posts up to 2 MB, and gets PayloadTooLargeException above', async () => {
    const [client, ConnectionId] = await relay.connectWithId();
    const largest = JSON.stringify('x'.repeat(2 * 2 ** 20 - 2));
    await relay.sdk.send(new PostToConnectionCommand({ ConnectionId, Data: largest }));
    expect(JSON.stringify(await client.next())).toHaveLength(2 * 2 ** 20);
    for (const bytes of [2 * 2 ** 20 + 1, 10 * 2 ** 20]) {
      const post = relay.sdk.send(
        new PostToConnectionCommand({ ConnectionId, Data: Buffer.alloc(bytes, 'x') }),
      );
      await expect(post).rejects.toThrow(PayloadTooLargeException);
    }
    await client.close();
    expect(client.unexpected).toEqual([]);
  });

  it('reads when the connection was opened and active, and by whom', async () => {
    const [client, ConnectionId] = await relay.connectWithId();
    const found = await relay.sdk.send(new GetConnectionCommand({ ConnectionId }));
    expect(found).toMatchObject({
      ConnectedAt: expect.any(Date),
      LastActiveAt: expect.any(Date),
      Identity: { SourceIp: expect.stringMatching(/^127\./) },
    });
    await client.close();
  });

  it('closes a connection', async () => {
    const [client, ConnectionId] = await relay.connectWithId();
    await relay.sdk.send(new DeleteConnectionCommand({ ConnectionId }));
    expect(await client.closed).toEqual({ code: 1000, reason: 'Connection Closed Normally' });
  });

  it.each([
    ['4001 superseded', { code: 4001, reason: 'superseded' }],
    ['1008 token-expired', { code: 1008, reason: 'token-expired' }],
    ['1006 not sendable', { code: 1000, reason: 'Connection Closed Normally' }],
  ])('closes with the header x-relay-close: %s', async (header, close) => {
    const [client, ConnectionId] = await relay.connectWithId();
    const command = new DeleteConnectionCommand({ ConnectionId });
    command.middlewareStack.add(
      (next) => (call) => {
        (call.request as { headers: Record<string, string> }).headers['x-relay-close'] = header;
        return next(call);
      },
      { step: 'build' },
    );
    await relay.sdk.send(command);
    expect(await client.closed).toEqual(close);
    const { requestContext } = await ended(ConnectionId);
    expect(requestContext).toMatchObject({
      disconnectStatusCode: close.code,
      disconnectReason: close.reason,
    });
  });

  it('gets GoneException for a connection that was closed, and for ids of no task', async () => {
    const [client, closed] = await relay.connectWithId();
    await client.close();
    await ended(closed);
    const own = newConnectionId({ address: relay.address, port: 8081 });
    for (const ConnectionId of [closed, own, 'L0SM9cOFvHcCIhw=', 'relay.x']) {
      const commands = [
        relay.sdk.send(new PostToConnectionCommand({ ConnectionId, Data: '{}' })),
        relay.sdk.send(new GetConnectionCommand({ ConnectionId })),
        relay.sdk.send(new DeleteConnectionCommand({ ConnectionId })),
      ];
      for (const result of await Promise.allSettled(commands))
        expect(result).toMatchObject({ status: 'rejected', reason: expect.any(GoneException) });
    }
  });
});

it('answers 404 for other paths, and 405 for other methods', async () => {
  const id = newConnectionId({ address: relay.address, port: 8081 });
  for (const path of [
    '/',
    '/@connections',
    '/@connections/',
    `/@connections/${id}/x`,
    '/@connections/%',
    '/prod',
  ])
    expect(await relay.http('GET', path)).toMatchObject({ status: 404 });
  for (const method of ['PUT', 'PATCH', 'OPTIONS'])
    expect(await relay.http(method, `/@connections/${id}`)).toMatchObject({ status: 405 });
  expect(await relay.http('POST', '/health')).toMatchObject({ status: 404 });
});

it('accepts the path with percent encoding, as a proxy may send it', async () => {
  const [client, id] = await relay.connectWithId();
  const path = `/%40connections/${id.replaceAll('.', '%2E')}`;
  expect(await relay.http('POST', path, { body: '{"a":1}' })).toMatchObject({ status: 200, body: '' });
  expect(await client.next()).toEqual({ a: 1 });
  expect(await relay.http('DELETE', path)).toMatchObject({ status: 204, body: '' });
  await client.closed;
});
