/** The endpoint of `npm start --data`, which outlives the process. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createEndpointFile } from '../../../bin/nbwss/local-setup.ts';
import type { LocalCloud } from '../../../local/cloud.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'demo-'));
});
afterAll(() => rm(folder, { recursive: true }));
afterEach(() => jest.restoreAllMocks());

it('has the host name of the latest start: NetBackup connects by it', async () => {
  const problem = { code: 'endpoint-exists', detail: 'The group has an endpoint.' };
  jest.spyOn(globalThis, 'fetch').mockImplementation(async () => Response.json(problem, { status: 409 }));
  const file = join(folder, 'demo-endpoint.json');
  const token = { token: 't', priority: 1, groupId: 'demo' };
  const before = { ...token, hostName: 'localhost', url: 'wss://localhost:9443/nbwss' };
  await writeFile(file, JSON.stringify(before));
  const cloud = { apiUrl: 'http://localhost:9080', webSocketUrl: 'wss://nb.example.com:9444/nbwss' };
  await createEndpointFile(cloud as LocalCloud, 'k', 'demo', file);
  expect(JSON.parse(await readFile(file, 'utf8'))).toEqual({
    ...token,
    hostName: 'nb.example.com',
    url: 'wss://nb.example.com:9444/nbwss',
  });
});
