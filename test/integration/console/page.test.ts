/** The console's page, through the gateway. */
import { request } from 'node:http';
import { type Deployment, startDeployment } from '../../support/deployment.ts';

let deployment: Deployment;
beforeAll(async () => {
  deployment = await startDeployment();
});
afterAll(() => deployment?.stop());

/** Without `fetch`, which decodes compressed bodies and follows redirects. */
const raw = (path: string, headers: Record<string, string> = {}, method = 'GET') =>
  new Promise<{ status: number | undefined; headers: Record<string, unknown>; length: number }>(
    (resolve, reject) => {
      const sent = request(`${deployment.cloud.apiUrl}${path}`, { method, headers }, (answer) => {
        let length = 0;
        answer.on('data', (chunk: Buffer) => {
          length += chunk.length;
        });
        answer.once('end', () => resolve({ status: answer.statusCode, headers: answer.headers, length }));
      });
      sent.once('error', reject);
      sent.end();
    },
  );

const page = () => deployment.http('GET', '/console/', { key: '' });

test('anybody gets the page, and every file that it links', async () => {
  const { status, text, headers } = await page();
  expect(status).toBe(200);
  expect(headers.get('content-security-policy')).toContain("script-src 'self'");
  expect(headers.get('strict-transport-security')).toBe('max-age=31536000');
  expect(headers.get('x-content-type-options')).toBe('nosniff');
  const links = [...text.matchAll(/(?:href|src)="(assets\/[^"]+)"/g)].map(([, link = '']) => link);
  expect(links).toHaveLength(2);
  for (const link of links) {
    const file = await deployment.http('GET', `/console/${link}`, { key: '' });
    expect([link, file.status]).toEqual([link, 200]);
    expect(file.text.length).toBeGreaterThan(0);
  }
});

test('a view is the same page, with the way back to its root', async () => {
  const { text } = await deployment.http('GET', '/console/domains/berlin', { key: '' });
  expect(text).toBe((await page()).text.replace('<base href="./">', '<base href="../">'));
});

test('the folder is found without its slash', async () => {
  const answer = await raw('/console');
  expect(answer).toMatchObject({ status: 308, headers: { location: 'console/' } });
});

test('it is sent compressed, and not again if it is unchanged', async () => {
  const [plain, packed] = [await raw('/console/'), await raw('/console/', { 'accept-encoding': 'br' })];
  expect(packed).toMatchObject({ status: 200, headers: { 'content-encoding': 'br' } });
  expect(packed.length).toBeLessThan(plain.length);
  const etag = String(plain.headers['etag']);
  expect(await raw('/console/', { 'if-none-match': etag })).toMatchObject({ status: 304, length: 0 });
  const head = await raw('/console/', {}, 'HEAD');
  expect(head).toMatchObject({ status: 200, headers: { 'content-length': String(plain.length) }, length: 0 });
});

test('the API is where it was', async () => {
  expect((await deployment.http('GET', '/v1/groups')).status).toBe(200);
  expect((await deployment.http('GET', '/console/assets/none.js', { key: '' })).json.code).toBe('not-found');
  expect((await deployment.http('GET', '/consoles', { key: '' })).json.detail).toContain('No route matches');
});
