import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createPost } from '../../../lambdas/webhooks/post.ts';

const stops: (() => void)[] = [];
afterEach(() => {
  for (const stop of stops.splice(0)) stop();
});

/** A receiver, and the paths that were requested. */
const receiver = async (listener: RequestListener) => {
  const paths: string[] = [];
  const server = createServer((request, response) => {
    paths.push(request.url ?? '');
    listener(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  stops.push(() => {
    server.close();
    server.closeAllConnections();
  });
  return { paths, url: new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`) };
};
const post = (url: URL, timeoutMs?: number) => createPost(timeoutMs)(url, { 'webhook-id': 'a' }, '{}');

test.each([200, 202, 204, 299])('%i is delivered', async (status) => {
  const { url } = await receiver((_, response) => response.writeHead(status).end());
  expect(await post(url)).toBeUndefined();
});

test.each([
  [301, false],
  [400, false],
  [401, false],
  [403, false],
  [404, false],
  [408, false],
  [409, true],
  [410, false],
  [429, true],
  [500, true],
  [503, true],
])('%i is not delivered, transient: %j', async (status, isTransient) => {
  const { url } = await receiver((_, response) => response.writeHead(status).end('the reason'));
  expect(await post(url)).toEqual({
    code: 'ERROR_FROM_TARGET',
    message: `The receiver answered ${status}.`,
    isTransient,
  });
});

test.each([302, 307, 308])('a redirect (%i) is not followed', async (status) => {
  const { url, paths } = await receiver((_, response) =>
    response.writeHead(status, { location: '/elsewhere' }).end(),
  );
  expect(await post(url)).toMatchObject({ message: `The receiver answered ${status}.`, isTransient: false });
  expect(paths).toEqual(['/hook']);
});

test('an answer whose text never ends counts by its status', async () => {
  const { url } = await receiver((_, response) => response.writeHead(200).write('so far'));
  expect(await post(url)).toBeUndefined();
});

test('no response within the time', async () => {
  const { url } = await receiver(() => {});
  expect(await post(url, 50)).toEqual({
    code: 'TIMEOUT',
    message: 'No response within 0.05 seconds.',
    isTransient: true,
  });
});

test('a connection that is closed or refused may pass, a name that does not exist does not', async () => {
  const closing = await receiver(({ socket }) => socket.destroy());
  expect(await post(closing.url)).toMatchObject({ code: 'CONNECTION_FAILURE', isTransient: true });
  const { url } = await receiver(() => {});
  for (const stop of stops.splice(0)) stop();
  expect(await post(url)).toEqual({
    code: 'CONNECTION_FAILURE',
    message: 'The connection failed: ECONNREFUSED.',
    isTransient: true,
  });
  const missing = Object.assign(new TypeError('fetch failed'), { cause: { code: 'ENOTFOUND' } });
  const spy = jest.spyOn(globalThis, 'fetch').mockRejectedValue(missing);
  expect(await post(url)).toMatchObject({ message: 'The connection failed: ENOTFOUND.', isTransient: false });
  spy.mockRestore();
});
