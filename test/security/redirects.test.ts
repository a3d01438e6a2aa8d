/** Clients follow what NetBackup answers, with our key in their headers: they stay here, whatever it answers. */
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { promisify } from 'node:util';
import { type Deployment, startDeployment } from '../support/deployment.ts';
import { PlayedDomain } from '../support/domain.ts';

let deployment: Deployment;
let domain: PlayedDomain;
/** What reached a server that is not ours. */
const stolen: (string | undefined)[] = [];
const thief = createServer((request, response) => {
  stolen.push(`${request.headers['x-api-key']}`);
  response.end('stolen');
});
let elsewhere: string;

beforeAll(async () => {
  thief.listen(0, '127.0.0.1');
  await once(thief, 'listening');
  elsewhere = `127.0.0.1:${(thief.address() as AddressInfo).port}`;
  deployment = await startDeployment();
  domain = await PlayedDomain.connect(deployment, 'own');
});
afterAll(async () => {
  thief.closeAllConnections();
  thief.close();
  await deployment.stop();
});

const run = promisify(execFile);
const url = () => `${deployment.cloud.apiUrl}/v1/groups/own/netbackup/ping`;
const CLIENTS: Readonly<Record<string, () => Promise<string>>> = {
  fetch: async () => (await fetch(url(), { headers: { 'x-api-key': deployment.adminKey } })).text(),
  curl: async () => {
    const options = ['-sS', '-L', '--max-redirs', '3', '-H', `x-api-key: ${deployment.adminKey}`];
    return (await run('curl', [...options, url()])).stdout;
  },
};
const isThere = async (client: string) =>
  client !== 'curl' || (await run('curl', ['--version']).catch(() => undefined)) !== undefined;

describe.each(Object.keys(CLIENTS))('%s', (client) => {
  const follow = async () => (await isThere(client)) && CLIENTS[client]?.();

  test.each([
    'http://HOST/x',
    '//HOST/x',
    '\t //HOST/x',
    'http:\\\\HOST\\x',
    'http:/HOST/x',
    '\\\\HOST/x',
    'http://own@HOST/x',
  ])('takes our key to nobody else: %s', async (location) => {
    if (!(await isThere(client))) return;
    const pending = follow();
    const { id } = await domain.next();
    await domain.answer(id, {
      responseCode: 302,
      headers: { Location: location.replace('HOST', elsewhere) },
      body: 'here',
    });
    expect(await pending).toBe('here');
    expect(stolen).toEqual([]);
  });

  test('follows a redirection to the primary, through us', async () => {
    if (!(await isThere(client))) return;
    const pending = follow();
    const first = await domain.next();
    const headers = { Location: 'https://nbu1:1556/netbackup/appdetails?a=b+c' };
    // Not awaited: the function that the client calls next has work until its own command is answered.
    const answered = domain.answer(first.id, { responseCode: 302, headers });
    const second = await domain.next();
    expect([second.method, second.uri]).toEqual(['GET', '/netbackup/appdetails?a=b+c']);
    await Promise.all([answered, domain.answer(second.id, { body: 'there' })]);
    expect(await pending).toBe('there');
    expect(stolen).toEqual([]);
  });
});
