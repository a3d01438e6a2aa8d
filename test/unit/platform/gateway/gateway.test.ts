import {
  ApiGatewayManagementApiClient,
  ApiGatewayManagementApiServiceException,
  GoneException,
} from '@aws-sdk/client-apigatewaymanagementapi';
import { apiGateway } from '../../../../lambdas/platform/gateway/gateway.ts';

const gateway = apiGateway('https://example.com/nbwss');
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
    expect(await gateway.close('c')).toBe(false);
    expect(await gateway.lastActiveAt('c')).toBeUndefined();
  });

  it('return what the gateway reports', async () => {
    answering(() => ({ LastActiveAt: new Date(5_000) }));
    expect(await gateway.close('c')).toBe(true);
    expect(await gateway.lastActiveAt('c')).toBe(5_000);
  });

  it('throw other errors, after which the connection may still be open', async () => {
    failing(status(500));
    await expect(gateway.close('c')).rejects.toThrow();
    await expect(gateway.lastActiveAt('c')).rejects.toThrow();
  });
});
