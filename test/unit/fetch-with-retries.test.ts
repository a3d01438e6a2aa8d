import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fetchWithRetries } from '../../bin/nbwss/fetch-with-retries.ts';

const GATEWAY = { 'content-type': 'application/json' };
const API = { 'content-type': 'application/problem+json' };
const NETBACKUP = { 'x-nbwss-command-id': 'A81F1C9E-2B5B-4D0F-9C59-2A7E3B9C4D10' };

describe('a request of the command line', () => {
  let server: Server;
  let requests = 0;
  afterEach(() => server.close());

  /** A server that refuses the first requests. */
  const refusing = async (times: number, status: number, headers: object): Promise<string> => {
    requests = 0;
    server = createServer((_, response) => {
      requests += 1;
      if (requests > times) response.end('done');
      else response.writeHead(status, { ...headers }).end('{"message":"Too Many Requests"}');
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  };

  it.each([
    ['that the gateway throttles is repeated', 3, 429, GATEWAY, 200, [500, 500, 500]],
    ['that it always throttles is given up', 99, 429, GATEWAY, 429, Array(19).fill(500)],
    ['that the API refuses is not repeated', 3, 429, API, 429, []],
    [
      'that the API asks for later is repeated then',
      2,
      429,
      { ...API, 'retry-after': '2' },
      200,
      [2000, 2000],
    ],
    ['that the API asks for much later is not', 1, 503, { ...API, 'retry-after': '60' }, 503, []],
    ['that is always to come later is given up', 99, 503, { ...API, 'retry-after': '4' }, 503, [4000, 4000]],
    ['that may have been done is not repeated', 1, 503, GATEWAY, 503, []],
    ['that NetBackup itself throttles is not repeated', 1, 429, { ...GATEWAY, ...NETBACKUP }, 429, []],
    ['that NetBackup asks for later is not repeated', 1, 503, { ...NETBACKUP, 'retry-after': '1' }, 503, []],
    [
      'with a date instead of seconds is not repeated',
      1,
      503,
      { 'retry-after': 'Mon, 30 Nov 2026' },
      503,
      [],
    ],
  ])('%s', async (_, times, status, headers, last, expected) => {
    const pauses: number[] = [];
    const url = await refusing(times, status, headers);
    const response = await fetchWithRetries(url, { method: 'POST' }, async (ms) => pauses.push(ms));
    expect([response.status, pauses, requests]).toEqual([last, expected, expected.length + 1]);
  });
});
