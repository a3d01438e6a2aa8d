/** The two credentials that NetBackup could be tricked with: the group's own key on a path it is not for, and our API keys. */
import { DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import fc from 'fast-check';
import { injectRules, mayInject } from '../../lambdas/commands/inject-paths.ts';
import { type Deployment, startDeployment } from '../support/deployment.ts';
import { PlayedDomain } from '../support/domain.ts';
import { newKey } from '../support/new-key.ts';

/** One reading of a path by some server: escapes decoded, cut, path parameters dropped, blanks and empty segments ignored. */
const readAs = (path: string, decodings: number, isCut: boolean, dropsParameters: boolean): string => {
  let read = path;
  for (let count = 0; count < decodings; count++) {
    read = read.replace(/%([0-7][0-9a-f])/gi, (_, hex: string) =>
      String.fromCharCode(Number.parseInt(hex, 16)),
    );
  }
  if (isCut) read = read.replace(/[?#].*$/s, '');
  if (dropsParameters) read = read.replace(/;[^/\\]*/g, '');
  const segments = read.split(/[/\\]/).map((segment) => segment.trim());
  return `/${segments.filter(Boolean).join('/')}`.toLowerCase();
};

const part = fc.constantFrom(
  ...[
    '/',
    '%2f',
    '%252F',
    '\\',
    '%5c',
    '%3f',
    '%253f',
    '%23',
    '%2523',
    ';',
    '%3b',
    '%253B',
    'a=b',
    '%20',
    '%09',
  ],
  ...['%2520', 'security', 'Security', '%73ecurity', '%2573ecurity', 'login', 'api-keys', 'api%2dkeys', 'x'],
  ...['wssendpoints', 'wss%65ndpoints', 'access-control', 'tokenkey', 'config', 'admin', 'jobs', '%61dmin'],
);

test('the group’s key is used only if every reading of the path is allowed, and none manages credentials', () => {
  const rules = injectRules('default');
  const allowed =
    /^\/netbackup\/(admin\/jobs|asset-service|catalog|config|malware|manage|recovery|storage)(\/|$|;)/;
  const denied = /^\/netbackup\/(security|login|tokenkey)|wssendpoint|access-?control|api-?key/;
  const start = fc.constantFrom('/config', '/admin/jobs', '/%61dmin/jobs', '/config%2f', '/storage;', '/');
  let accepted = 0;
  fc.assert(
    fc.property(start, fc.array(part, { maxLength: 6 }), (first, parts) => {
      const uri = `/netbackup${first}${parts.join('')}`;
      if (!mayInject(rules, 'GET', uri)) return;
      accepted++;
      for (const decodings of [0, 1, 2, 3])
        for (const isCut of [false, true])
          for (const drops of [false, true]) {
            const read = readAs(uri, decodings, isCut, drops);
            expect(read).toMatch(allowed);
            expect(read).not.toMatch(denied);
          }
    }),
    { numRuns: 5_000 },
  );
  expect(accepted).toBeGreaterThan(100);
});

describe('a deployment', () => {
  let deployment: Deployment;
  let domain: PlayedDomain;
  let key: string;
  beforeAll(async () => {
    deployment = await startDeployment();
    domain = await PlayedDomain.connect(deployment, 'own');
    key = await newKey(deployment, ['inject'], ['own']);
    const body = { apiKey: 'Aplanted-netbackup-api-key-0123456789' };
    await deployment.http('PUT', '/v1/groups/own/netbackup-credential', { body });
  });
  afterEach(() => expect(domain.commands).toEqual([]));
  afterAll(() => deployment.stop());

  test.each([
    '/config/servers/wssendpoints%23',
    '/config/servers/wssendpoints%2523',
    '/security%3f/api-keys',
    '/security%253f/api-keys',
    '/%3ba%252fb/security/api-keys',
    '/security%20',
    '/security%2520/api-keys',
    '/security%23/api-keys',
    '/security;x/api-keys',
    '/%5csecurity',
    '/SECURITY/api-keys',
    '/config/%2577ssendpoints',
    '/access-control/',
    '/login',
  ])('%s is refused to the group’s key', async (path) => {
    const { status, json } = await deployment.http('GET', `/v1/groups/own/netbackup${path}`, {
      key: '',
      headers: { authorization: key },
    });
    expect([status, json.code]).toEqual([403, 'path-not-allowed']);
  });

  const ENCODINGS: readonly (readonly [string, (text: string) => string])[] = [
    ['nothing', (text) => text],
    ['nbk%5F', (text) => text.replace('_', '%5F')],
    ['nbk%255f', (text) => text.replace('_', '%255f')],
    ['nbk%252525255f', (text) => text.replace('_', '%252525255f')],
    ['every character', (text) => [...text].map((one) => `%${one.charCodeAt(0).toString(16)}`).join('')],
    ['base64', (text) => encodeURIComponent(btoa(`user:${text}`))],
    ['base64url', (text) => Buffer.from(text).toString('base64url')],
  ];
  const refused = async (method: string, path: string, options: object, others: string[] = []) => {
    const { status, json } = await deployment.http(method, path, options);
    expect(status).toBe(400);
    expect(['api-key-not-forwarded', ...others]).toContain(json?.code);
  };

  test.each(ENCODINGS)('our API key is not sent in a path or a query: %s', async (_, encoded) => {
    // A path that is escaped too often is refused for that.
    for (const [uri, others] of [
      [`/x?key=${encoded(key)}`, []],
      [`/x/${encoded(key)}`, ['uri-not-allowed']],
    ] as const) {
      await refused('GET', `/v1/groups/own/netbackup${uri}`, {}, [...others]);
      const body = { method: 'GET', uri: `/netbackup${uri}` };
      await refused('POST', '/v1/groups/own/commands', { body }, [...others]);
    }
  });

  test.each(ENCODINGS)('nor in a header: %s', async (_, encoded) => {
    const headers = { 'x-custom': encoded(key) };
    await refused('GET', '/v1/groups/own/netbackup/x', { headers });
    for (const value of [encoded(key), `Basic ${btoa(`user:${key}`)}`, `Bearer ${btoa(key)}`]) {
      const body = { method: 'GET', uri: '/netbackup/x', headers: { Authorization: value } };
      await refused('POST', '/v1/groups/own/commands', { body });
    }
  });

  test.each([
    ...ENCODINGS,
    ['\\u005f', (text: string) => text.replace('_', '\\u005f')] as const,
    ['JSON in JSON', (text: string) => text.replace('_', '\\\\u005F')] as const,
  ])('nor in a body: %s', async (_, encoded) => {
    const parameters = `{"headers":{"password":"${encoded(key)}"}}`;
    const headers = { 'content-type': 'application/json' };
    await refused('POST', '/v1/groups/own/netbackup/x', { body: parameters, headers });
    await refused('POST', '/v1/groups/own/commands', {
      body: { method: 'POST', uri: '/netbackup/x', parameters },
    });
  });

  test('nothing of it was stored or logged', async () => {
    await deployment.cloud.drained();
    const { region, endpointUrl: endpoint, credentials, resources } = deployment.cloud;
    const client = new DynamoDBClient({ region, endpoint, credentials });
    const commands = Object.entries(resources).find(
      ([id, { type }]) => type === 'AWS::DynamoDB::Table' && id.startsWith('Commands'),
    );
    const { Items } = await client.send(
      new ScanCommand({ TableName: commands?.[1].physicalId, ConsistentRead: true }),
    );
    client.destroy();
    expect(Items).toEqual([]);
    const secret = key.slice(21);
    expect(deployment.output.join('\n')).not.toContain(secret);
    expect(JSON.stringify(deployment.cloud.events.all)).not.toContain(secret);
  });
});
