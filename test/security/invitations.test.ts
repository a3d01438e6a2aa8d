/** Invitations: a flood of reads, with or without the secret, does not keep a primary from its endpoint details. */
import { request } from 'node:https';
import { type Deployment, startDeployment } from '../support/deployment.ts';
import { connectRequest } from '../support/raw-client.ts';

let deployment: Deployment;
beforeAll(async () => {
  deployment = await startDeployment();
});
afterAll(() => deployment.stop());

const PRIMARY = '127.0.0.200';

/** Reads a URL from another address of this machine. */
const readFrom = (localAddress: string, url: string): Promise<{ status: number; text: string }> =>
  new Promise((resolve, reject) => {
    const call = request(url, { localAddress, agent: false, ca: deployment.ca }, async (response) => {
      let text = '';
      for await (const part of response) text += part;
      resolve({ status: response.statusCode ?? 0, text });
    });
    call.once('error', reject).end();
  });

const invite = async (groupId: string) => {
  const details = await deployment.createGroup(groupId);
  const path = `/v1/groups/${groupId}/endpoints/${details.token.slice(6, 22)}`;
  const created = await deployment.http('POST', `${path}/invitations`);
  return { path, url: created.json.url as string };
};

/** The version counts the writes to the endpoint, which delay a CONNECT that claims the session at the same time. */
const writesDuring = async (during: () => Promise<void>): Promise<number> => {
  const mark = deployment.cloud.calls.mark();
  await during();
  return deployment.cloud.calls
    .since(mark)
    .filter(({ functionName, action }) => functionName !== undefined && action === 'UpdateItem').length;
};

test('one address that reads too often waits alone', async () => {
  const { url } = await invite('flood-one');
  const answers = [];
  for (let read = 0; read < 15; read++) answers.push((await readFrom('127.0.0.2', url)).status);
  expect(answers).toEqual([...Array(10).fill(200), ...Array(5).fill(429)]);
  expect((await readFrom(PRIMARY, url)).status).toBe(200);
});

test('nor do many addresses keep the primary from its details; what they cost is bounded', async () => {
  const { path, url } = await invite('flood-many');
  const writes = await writesDuring(async () => {
    for (let address = 2; address < 12; address++) {
      for (let read = 0; read < 12; read++) await readFrom(`127.0.0.${address}`, url);
    }
  });
  expect(writes).toBe(20);
  const shown = (await deployment.http('GET', path)).json.invitations[0];
  expect(shown).toMatchObject({ reads: 20 });

  const { status, text } = await readFrom(PRIMARY, url);
  expect(status).toBe(200);
  const client = await deployment.open();
  const connect = connectRequest(JSON.parse(text).token);
  client.send(connect);
  expect(await client.next((frame) => frame['id'] === connect['id'])).toMatchObject({
    payload: { valid: true },
  });
});

test('reads at the same time are all answered', async () => {
  const { path, url } = await invite('flood-parallel');
  const addresses = Array.from({ length: 30 }, (_, index) => `127.0.0.${index + 2}`);
  const answers = await Promise.all(addresses.map((address) => readFrom(address, url)));
  expect(answers.map(({ status }) => status)).toEqual(addresses.map(() => 200));
  expect((await deployment.http('GET', path)).json.invitations[0].reads).toBeLessThanOrEqual(20);
  expect((await readFrom(PRIMARY, url)).status).toBe(200);
});

test('a flood without the secret changes nothing for the primary', async () => {
  const { url } = await invite('flood-guess');
  const [base = '', last = ''] = url.split('/invitations/');
  const guesses = [
    last.replace(/\..*/, `.${'A'.repeat(43)}`),
    `${'a'.repeat(16)}.${'A'.repeat(43)}`,
    'x',
    '%00',
  ];
  const writes = await writesDuring(async () => {
    for (let round = 0; round < 10; round++) {
      for (const guess of guesses) {
        expect((await readFrom('127.0.0.2', `${base}/invitations/${guess}`)).status).toBe(404);
      }
    }
  });
  expect(writes).toBe(0);
  expect((await readFrom(PRIMARY, url)).status).toBe(200);
});
