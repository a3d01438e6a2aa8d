import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  ApiGatewayManagementApiClient,
  ApiGatewayManagementApiServiceException,
  GoneException,
} from '@aws-sdk/client-apigatewaymanagementapi';
import { CLOSE_CODES, type CloseReason } from '../../../../lambdas/platform/gateway/close-codes.ts';
import { gatewaysAt } from '../../../../lambdas/platform/gateway/gateways.ts';

const OF_RELAY = 'relay.0a0000011f91.Zm9vYmFyYmF6cXV4';
const gateway = gatewaysAt({ 'api-gateway': 'https://example.com/nbwss' });
const answering = (answer: () => unknown) =>
  jest
    .spyOn(ApiGatewayManagementApiClient.prototype, 'send')
    .mockImplementation((async () => answer()) as never);
const failing = (error: Error) =>
  answering(() => {
    throw error;
  });
const status = (httpStatusCode: number) =>
  new ApiGatewayManagementApiServiceException({
    name: 'X',
    message: '',
    $fault: 'client',
    $metadata: { httpStatusCode },
  });

afterEach(() => jest.restoreAllMocks());

describe('post', () => {
  it('sends the text unchanged', async () => {
    const send = answering(() => ({}));
    expect(await gateway.post('c', '{"a":"夜"}')).toBe('accepted');
    const input = { ConnectionId: 'c', Data: '{"a":"夜"}' };
    expect(send.mock.calls).toMatchObject([[{ input }]]);
  });

  it.each([
    [410, 'gone'],
    [403, 'forbidden'],
    [413, 'too-large'],
    [429, 'throttled'],
    [400, 'unknown'],
    [500, 'unknown'],
  ])('I-4 returns for %i: %s', async (code, posted) => {
    failing(status(code));
    expect(await gateway.post('c', '')).toBe(posted);
  });

  it('I-4 returns unknown for an error without a response', async () => {
    failing(Object.assign(new Error('socket hang up'), { $metadata: { httpStatusCode: 410 } }));
    expect(await gateway.post('c', '')).toBe('unknown');
  });
});

describe('close and lastActiveAt', () => {
  const gone = new GoneException({ message: '', $metadata: { httpStatusCode: 410 } });

  it('report a connection that is closed', async () => {
    failing(gone);
    expect(await gateway.close('c', 'operator')).toBe(false);
    expect(await gateway.lastActiveAt('c')).toBeUndefined();
  });

  it('return what the gateway reports', async () => {
    answering(() => ({ LastActiveAt: new Date(5_000) }));
    expect(await gateway.close('c', 'operator')).toBe(true);
    expect(await gateway.lastActiveAt('c')).toBe(5_000);
  });

  it('throw other errors, after which the connection may still be open', async () => {
    failing(status(500));
    await expect(gateway.close('c', 'operator')).rejects.toThrow();
    await expect(gateway.lastActiveAt('c')).rejects.toThrow();
  });
});

describe('two gateways', () => {
  interface Request {
    readonly gateway: string;
    readonly line: string;
    readonly headers: IncomingHttpHeaders;
  }
  const requests: Request[] = [];
  const servers: Server[] = [];
  const urls = new Map<string, string>();
  const before = { ...process.env };

  beforeAll(async () => {
    Object.assign(process.env, {
      AWS_ACCESS_KEY_ID: 'A',
      AWS_SECRET_ACCESS_KEY: 'S',
      AWS_REGION: 'eu-central-1',
    });
    for (const name of ['api-gateway', 'relay']) {
      const server = createServer(({ method, url, headers }, response) => {
        requests.push({ gateway: name, line: `${method} ${url}`, headers });
        response.end('{}');
      });
      server.listen(0, '127.0.0.1');
      await once(server, 'listening');
      servers.push(server);
      urls.set(name, `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    }
  });
  beforeEach(() => requests.splice(0));
  afterAll(async () => {
    process.env = before;
    for (const server of servers) {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    }
  });
  const both = () =>
    gatewaysAt({ 'api-gateway': `${urls.get('api-gateway')}/nbwss`, relay: urls.get('relay') });

  it('the id of a connection decides which of them is called', async () => {
    const gateways = both();
    for (const id of ['Z3kxjdHHoAMCJ4A=', OF_RELAY]) {
      await gateways.post(id, '{}');
      await gateways.lastActiveAt(id);
      await gateways.close(id, 'operator');
    }
    expect(requests.map(({ gateway, line }) => `${gateway}: ${line}`)).toEqual([
      'api-gateway: POST /nbwss/@connections/Z3kxjdHHoAMCJ4A%3D',
      'api-gateway: GET /nbwss/@connections/Z3kxjdHHoAMCJ4A%3D',
      'api-gateway: DELETE /nbwss/@connections/Z3kxjdHHoAMCJ4A%3D',
      `relay: POST /@connections/${OF_RELAY}`,
      `relay: GET /@connections/${OF_RELAY}`,
      `relay: DELETE /@connections/${OF_RELAY}`,
    ]);
  });

  it('both are called for the same service and Region', async () => {
    await both().close(OF_RELAY, 'operator');
    await both().close('c', 'operator');
    for (const { headers } of requests)
      expect(headers.authorization).toContain('/eu-central-1/execute-api/aws4_request');
  });

  it.each(Object.entries(CLOSE_CODES))(
    'the relay is told the close frame, in a header that is signed: %s',
    async (reason, code) => {
      await both().close(OF_RELAY, reason as CloseReason);
      const [request] = requests;
      expect(request?.headers['x-relay-close']).toBe(`${code} ${reason}`);
      expect(request?.headers.authorization).toMatch(/SignedHeaders=[^,]*\bx-relay-close\b/);
    },
  );

  it('API Gateway is sent what it always was', async () => {
    await both().close('c', 'rejected');
    expect(requests).toHaveLength(1);
    expect(requests[0]?.headers).not.toHaveProperty('x-relay-close');
  });

  it('a connection of a gateway that the deployment has no more has ended', async () => {
    expect(await gateway.post(OF_RELAY, '{}')).toBe('forbidden');
    expect(await gateway.close(OF_RELAY, 'operator')).toBe(false);
    expect(await gateway.lastActiveAt(OF_RELAY)).toBeUndefined();
    expect(requests).toEqual([]);
  });

  it('there must be one', () => {
    expect(() => gatewaysAt({ 'api-gateway': undefined, relay: undefined })).toThrow(/no gateway/);
  });
});

describe('close codes', () => {
  it('are valid in a close frame of an application (RFC 6455, 7.4.2), and their reasons fit', () => {
    for (const [reason, code] of Object.entries(CLOSE_CODES)) {
      expect(code === 1000 || code === 1008 || (code >= 4000 && code < 5000)).toBe(true);
      expect(reason.length).toBeLessThanOrEqual(123);
    }
  });
});
