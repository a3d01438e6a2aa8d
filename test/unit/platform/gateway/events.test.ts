import { readGatewayEvent } from '../../../../lambdas/platform/gateway/events.ts';
import { messageEvent } from '../../../support/fakes.ts';

const withContext = (more: object, body?: string) => {
  const { requestContext } = messageEvent('x', '');
  const { messageId: _, ...context } = requestContext;
  return {
    requestContext: { ...context, ...more },
    ...(body === undefined ? {} : { body }),
    isBase64Encoded: false,
  };
};

describe('readGatewayEvent', () => {
  it('reads a message', () => {
    expect(readGatewayEvent(messageEvent('NOTIFICATION', '{"a":1}'))).toEqual({
      kind: 'message',
      routeKey: 'NOTIFICATION',
      connectionId: 'connection-1',
      connectedAt: 1_700_000_000_000,
      requestedAt: 1_700_000_100_000,
      requestId: 'TN6rnGaHoAMFcbQ=',
      sourceIp: '192.0.2.10',
      text: '{"a":1}',
    });
  });

  it('reads a handshake, with headers and a user agent', () => {
    const event = {
      ...withContext({
        routeKey: '$connect',
        eventType: 'CONNECT',
        identity: { userAgent: 'Java-http-client/11', sourceIp: '2001:db8::1' },
      }),
      headers: { Host: 'abc', 'Sec-WebSocket-Version': '13' },
      multiValueHeaders: { Host: ['abc'] },
    };
    expect(readGatewayEvent(event)).toMatchObject({
      kind: 'connect',
      sourceIp: '2001:db8::1',
      userAgent: 'Java-http-client/11',
      text: '',
    });
  });

  it('reads a close with its code and reason', () => {
    const event = withContext({
      routeKey: '$disconnect',
      eventType: 'DISCONNECT',
      disconnectStatusCode: 1005,
      disconnectReason: 'Client-side close frame status not set',
    });
    expect(readGatewayEvent(event)).toMatchObject({
      kind: 'disconnect',
      closeCode: 1005,
      closeReason: 'Client-side close frame status not set',
    });
  });

  it('omits empty fields', () => {
    const event = withContext({
      eventType: 'DISCONNECT',
      disconnectStatusCode: null,
      disconnectReason: '',
      identity: { sourceIp: '192.0.2.10', userAgent: null },
    });
    const read = readGatewayEvent({ ...event, body: null });
    expect(read).toMatchObject({ kind: 'disconnect', text: '' });
    for (const name of ['closeCode', 'closeReason', 'userAgent']) expect(read).not.toHaveProperty(name);
  });

  it.each([
    ['no event', {}],
    ['an HTTP event', { requestContext: { http: { method: 'GET' } } }],
    ['an unknown kind', withContext({ eventType: 'PING' })],
    ['no connection', withContext({ connectionId: undefined })],
    ['a body that is not a string', { ...withContext({}), body: {} }],
  ])('rejects %s', (_, event) => {
    expect(() => readGatewayEvent(event)).toThrow();
  });
});
