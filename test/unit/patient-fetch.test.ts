import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fetchPatiently } from '../../bin/nbwss/patient-fetch.ts';

const GATEWAY = 'application/json';
const API = 'application/problem+json';

describe('a request of the command line', () => {
  let server: Server;
  let requests = 0;
  afterEach(() => server.close());

  /** A server that refuses the first requests with 429. */
  const refusing = async (times: number, contentType: string): Promise<string> => {
    requests = 0;
    server = createServer((_, response) => {
      requests += 1;
      if (requests > times) response.end('done');
      else response.writeHead(429, { 'content-type': contentType }).end('{"message":"Too Many Requests"}');
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  };

  it.each([
    ['that the gateway throttles is repeated', 3, GATEWAY, 200, 4],
    ['that it always throttles is given up', 99, GATEWAY, 429, 20],
    ['that the API refuses is not repeated', 3, API, 429, 1],
  ])('%s', async (_, times, contentType, status, made) => {
    const response = await fetchPatiently(await refusing(times, contentType), { method: 'POST' }, 1);
    expect([response.status, requests]).toEqual([status, made]);
  });
});
