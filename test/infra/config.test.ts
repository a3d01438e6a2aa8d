import { ConfigError, readConfig } from '../../lib/config.ts';

const problem = (context: Record<string, unknown>): string => {
  try {
    readConfig(context);
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
  throw new Error('The configuration was accepted.');
};

test('nothing configured gives the defaults', () => {
  expect(readConfig({})).toMatchInlineSnapshot(`
{
  "accountConcurrency": 10,
  "alerts": [],
  "allowedCidrs": [],
  "apiGatewayLogRole": "off",
  "certificateWarningDays": 30,
  "connectThrottling": {
    "burst": 2,
    "rate": 2,
  },
  "console": true,
  "customerManagedKey": false,
  "detailedMetrics": false,
  "digests": [],
  "disconnectedMinutes": 15,
  "existingTables": {},
  "functionMemoryMb": 512,
  "gateway": "api-gateway",
  "gradualDeployment": "off",
  "heartbeatMinutes": 8,
  "httpAllowedCidrs": [],
  "httpThrottling": {
    "burst": 2,
    "rate": 2,
  },
  "injectPaths": [
    "default",
  ],
  "logLevel": "INFO",
  "logRetentionDays": 30,
  "maxQueuedCommands": 100,
  "maxWaitingRequests": 3,
  "maxWaitingRequestsPerGroup": 2,
  "projectParallelization": 1,
  "publicPaths": [],
  "repeatAfterHours": 24,
  "reservedConcurrency": {},
  "retention": {
    "auditDays": 400,
    "commandHours": 24,
    "journalDays": 35,
    "viewDays": 400,
  },
  "stackPrefix": "Nbwss",
  "stageName": "nbwss",
  "tags": {},
  "targets": [],
  "terminationProtection": true,
  "tokenWarningDays": 14,
  "verdicts": [],
  "webSocketThrottling": {
    "burst": 500,
    "rate": 1000,
  },
}
`);
});

const CERTIFICATE = 'arn:aws:acm:eu-central-1:123456789012:certificate/1b2c3d4e';
const named = (name: string, more = {}) => ({ name, certificateArn: CERTIFICATE, ...more });
test('a custom domain is a name with a certificate; null leaves it out', () => {
  const { webSocketDomain, apiDomain } = readConfig({
    nbwss: { webSocketDomain: named('nbwss.example.com'), apiDomain: named('api.example.com') },
    'nbwss.apiDomain': 'null',
  });
  expect(webSocketDomain).toEqual({ ...named('nbwss.example.com'), disableDefaultEndpoint: false });
  expect(apiDomain).toBeUndefined();
});

test.each<[string, Record<string, unknown>, string]>([
  ['a name of one label', { webSocketDomain: named('nbwss') }, 'webSocketDomain.name must be a fully'],
  ['a wildcard', { webSocketDomain: named('*.example.com') }, 'webSocketDomain.name must be a fully'],
  ['an address', { apiDomain: named('192.0.2.1') }, 'apiDomain.name must be a fully'],
  ['no certificate', { apiDomain: { name: 'a.example.com' } }, 'apiDomain.certificateArn must be the ARN'],
  [
    'one name for both APIs',
    { webSocketDomain: named('a.example.com'), apiDomain: named('a.example.com') },
    'apiDomain.name must differ from webSocketDomain.name',
  ],
  [
    'a path that API Gateway reserves',
    { webSocketDomain: named('a.example.com'), stageName: 'ping' },
    'stageName is reserved by API Gateway with webSocketDomain',
  ],
  [
    'a zone without its id',
    { apiDomain: named('a.example.com', { zoneName: 'example.com' }) },
    'apiDomain.zoneName must be given together with hostedZoneId',
  ],
  [
    'a zone that does not contain the name',
    { apiDomain: named('a.example.com', { zoneName: 'ample.com', hostedZoneId: 'Z1' }) },
    'apiDomain.zoneName must be given together with hostedZoneId and end the name, not "ample.com"',
  ],
])('a custom domain with %s is refused', (_, settings, message) => {
  expect(problem({ nbwss: settings })).toContain(message);
});

const STREAM = 'arn:aws:dynamodb:eu-central-1:123456789012:table/old-journal/stream/2026-01-01T00:00:00.000';
test('a canary cannot connect to a deployment that allows only some addresses', () => {
  expect(readConfig({ 'nbwss.canaryMinutes': '5' }).canaryMinutes).toBe(5);
  const both = { allowedCidrs: ['10.0.0.0/8'], canaryMinutes: 5 };
  expect(problem({ nbwss: both })).toBe(
    'The configuration is not valid: nbwss.canaryMinutes must be absent together with allowedCidrs and httpAllowedCidrs: the canary connects from any address of AWS, not 5.',
  );
});

const digest = (more = {}) => ({
  name: 'daily',
  at: '07:30',
  timeZone: 'Europe/Berlin',
  from: 'backup@example.com',
  to: ['ops@example.com'],
  ...more,
});
test('a digest needs a name, a local time, and addresses', () => {
  const { digests } = readConfig({ nbwss: { digests: [digest({ to: 'a@example.com,b@example.com' })] } });
  const to = ['a@example.com', 'b@example.com'];
  expect(digests).toEqual([{ ...digest({ to }), labels: [], language: 'en', whenAllIsWell: false }]);
});
test.each([
  ['America/New_York'],
  ['Asia/Kolkata'],
  ['America/Argentina/Buenos_Aires'],
  ['Africa/Porto-Novo'],
  ['Etc/GMT+5'],
  ['UTC'],
])('a digest can be in the time zone %s', (timeZone) => {
  expect(readConfig({ nbwss: { digests: [digest({ timeZone })] } }).digests).toMatchObject([{ timeZone }]);
});
test.each<[string, Record<string, unknown>, string]>([
  ['a zone that does not exist', { timeZone: 'Europe/Atlantis' }, 'digests.0.timeZone must be a time zone'],
  ['a zone in another spelling', { timeZone: 'europe/berlin' }, 'digests.0.timeZone must be a time zone'],
  ['an offset', { timeZone: '+01:00' }, 'digests.0.timeZone must be a time zone'],
  ['an abbreviation', { timeZone: 'PST' }, 'digests.0.timeZone must be a time zone'],
  ['no time of the day', { at: '24:00' }, 'digests.0.at must be a time of the day'],
  ['a language that it does not speak', { language: 'xx' }, 'digests.0.language must be one of en, ja'],
  ['nobody to send to', { to: [] }, 'digests.0.to must not be empty'],
  ['too many recipients', { to: Array(51).fill('a@example.com') }, 'must have 50 addresses at most'],
  ['two addresses in one', { from: 'a@example.com>,<b@example.com' }, 'from must be an e-mail address'],
  ['a line break', { from: 'a@example.com\nBcc: b@example.com' }, 'from must be an e-mail address'],
  ['something else than a label', { labels: ['customer'] }, 'labels.0 must be a label'],
])('a digest with %s is refused', (_, more, message) => {
  expect(problem({ nbwss: { digests: [digest(more)] } })).toContain(message);
});
test('two digests cannot have one name: they would share what is kept of their days', () => {
  expect(problem({ nbwss: { digests: [digest(), digest({ name: 'Daily' })] } })).toContain(
    'digests must have a different name for each digest',
  );
});

test('existing tables are named one by one or together', () => {
  const together = { journal: 'old-journal', journalStream: STREAM, jobs: 'old-jobs' };
  expect(readConfig({ nbwss: { existingTables: together } }).existingTables).toEqual(together);
  expect(readConfig({ 'nbwss.existingTables.jobs': 'old-jobs' }).existingTables).toEqual({
    jobs: 'old-jobs',
  });
});
test.each([
  [{ existingTables: { journal: 'old-journal' } }, /must be the stream of the table/],
  [{ existingTables: { journalStream: STREAM } }, /must be the stream of the table/],
  [{ existingTables: { journal: 'other', journalStream: STREAM } }, /must be the stream of the table/],
  [{ existingTables: { job: 'old-jobs' } }, /nbwss\.existingTables has no setting "job"/],
  [{ existingTables: { jobs: 'a b' } }, /nbwss\.existingTables\.jobs must be the name of a DynamoDB table/],
  [{ existingKeyArn: 'alias/nbwss' }, /nbwss\.existingKeyArn must be the ARN of a KMS key/],
])('%j is refused', (nbwss, message) => {
  expect(problem({ nbwss })).toMatch(message);
});

test.each([
  [{}, 2],
  [{ maxWaitingRequests: 1 }, 1],
  [{ maxWaitingRequests: 5 }, 3],
  [{ maxWaitingRequests: 400, accountConcurrency: 3000 }, 200],
  [{ maxWaitingRequests: 4, maxWaitingRequestsPerGroup: 4 }, 4],
  [{ maxWaitingRequestsPerGroup: 1 }, 1],
])('with %j one group gets %i of the places for requests that wait', (nbwss, share) => {
  expect(readConfig({ nbwss }).maxWaitingRequestsPerGroup).toBe(share);
});

test('an object is taken as it is, and as JSON text', () => {
  const wanted = { heartbeatMinutes: 5, retention: { viewDays: 30 } };
  const fromObject = readConfig({ nbwss: wanted });
  expect(fromObject).toMatchObject({ heartbeatMinutes: 5, retention: { viewDays: 30, journalDays: 35 } });
  expect(readConfig({ nbwss: JSON.stringify(wanted) })).toEqual(fromObject);
});

test('single keys, as they come from the command line, override the object', () => {
  const config = readConfig({
    nbwss: { heartbeatMinutes: 5, stageName: 'a', retention: { viewDays: 30, journalDays: 3 } },
    'nbwss.heartbeatMinutes': '7',
    'nbwss.retention.viewDays': '90',
    'nbwss.apiGatewayLogRole': 'existing',
    'nbwss.tags': '{"owner":"backup"}',
    'nbwss.tags.stage': 'live',
    'nbwss.customerManagedKey': 'true',
    'nbwss.allowedCidrs': '10.0.0.0/8, 2001:db8::/32',
    'nbwss.alarmEmail': 'ops@example.com',
    'nbwss.injectPaths': 'default, GET /slps, POST /admin/jobs/*/cancel',
    'nbwss.publicPaths': '/ping,/tokenkey',
    'other.heartbeatMinutes': '2',
  });
  expect(config).toMatchObject({
    heartbeatMinutes: 7,
    stageName: 'a',
    retention: { viewDays: 90, journalDays: 3 },
    apiGatewayLogRole: 'existing',
    tags: { owner: 'backup', stage: 'live' },
    customerManagedKey: true,
    allowedCidrs: ['10.0.0.0/8', '2001:db8::/32'],
    alarmEmail: 'ops@example.com',
    injectPaths: ['default', 'GET /slps', 'POST /admin/jobs/*/cancel'],
    publicPaths: ['/ping', '/tokenkey'],
  });
});

test('overriding a key leaves the object of the context alone', () => {
  const nbwss = { retention: { viewDays: 30 } };
  readConfig({ nbwss, 'nbwss.retention.viewDays': '90' });
  expect(nbwss).toEqual({ retention: { viewDays: 30 } });
});

const MANY_TAGS = Object.fromEntries(Array.from({ length: 41 }, (_, at) => [`tag${at}`, 'x']));
test.each<[string, Record<string, unknown>, string]>([
  ['an unknown setting', { nbwss: { heartbeat: 5 } }, 'nbwss has no setting "heartbeat"'],
  ['one inside another', { nbwss: { retention: { days: 5 } } }, 'nbwss.retention has no setting "days"'],
  ['one on the command line', { 'nbwss.hartbeat': '5' }, 'nbwss has no setting "hartbeat"'],
  [
    'a heartbeat that comes after the gateway has closed',
    { nbwss: { heartbeatMinutes: 10 } },
    'nbwss.heartbeatMinutes must be a whole number from 1 to 9, not 10',
  ],
  [
    'a fraction',
    { nbwss: { maxQueuedCommands: 1.5 } },
    'nbwss.maxQueuedCommands must be a whole number from 1 to 10000, not 1.5',
  ],
  [
    'more places for a group than there are',
    { nbwss: { maxWaitingRequests: 4, maxWaitingRequestsPerGroup: 5 } },
    'nbwss.maxWaitingRequestsPerGroup must be maxWaitingRequests (4) at most, not 5',
  ],
  [
    'a word for a number',
    { 'nbwss.heartbeatMinutes': 'often' },
    'nbwss.heartbeatMinutes must be a whole number from 1 to 9, not "often"',
  ],
  [
    'too little memory',
    { nbwss: { functionMemoryMb: 128 } },
    'nbwss.functionMemoryMb must be a whole number from 512 to 10240, not 128',
  ],
  [
    'an address for a network',
    { nbwss: { allowedCidrs: ['10.0.0.0/8', '10.0.0.1'] } },
    'nbwss.allowedCidrs.1 must be an IPv4 or IPv6 range such as 10.0.0.0/8, not "10.0.0.1"',
  ],
  [
    'more ranges than the environment of a function holds',
    { nbwss: { allowedCidrs: Array(182).fill('10.0.0.0/8') } },
    `nbwss.allowedCidrs must have 2000 characters at most, not ${JSON.stringify(Array(182).fill('10.0.0.0/8'))}`,
  ],
  [
    'more ranges than the environment of the functions of the HTTP API holds',
    { nbwss: { httpAllowedCidrs: Array(46).fill('10.0.0.0/8') } },
    `nbwss.httpAllowedCidrs must have 500 characters at most, not ${JSON.stringify(Array(46).fill('10.0.0.0/8'))}`,
  ],
  [
    'a certificate that is none',
    { nbwss: { caCertificate: '-----BEGIN CERTIFICATE-----Ä-----END CERTIFICATE-----' } },
    'nbwss.caCertificate must be PEM certificates of at most 2 050 characters, ' +
      'not "-----BEGIN CERTIFICATE-----Ä-----END CERTIFICATE-----"',
  ],
  [
    'a verdict that is none',
    { nbwss: { verdicts: [{ status: [191], verdict: 'fine' }] } },
    'nbwss.verdicts.0.verdict must be one of ok, warning, ignored, cancelled, failed, not "fine"',
  ],
  [
    'a verdict rule without a condition',
    { nbwss: { verdicts: [{ verdict: 'ok' }] } },
    'nbwss.verdicts.0 must have a status, a policy or a jobType, not {"verdict":"ok"}',
  ],
  [
    'a target of 0',
    { nbwss: { targetHours: 0 } },
    'nbwss.targetHours must be a whole number from 1 to 9600, not 0',
  ],
  [
    'a target of everything',
    { nbwss: { targets: [{ client: '*', targetHours: 24 }] } },
    'nbwss.targets.0 must have a client, a policy or a label that does not match everything: for all backups there is ' +
      'targetHours, not {"client":"*","targetHours":24}',
  ],
  [
    'a target without hours',
    { nbwss: { targets: [{ policy: 'daily' }] } },
    'nbwss.targets.0 must have either targetHours or "retired": true, not {"policy":"daily"}',
  ],
  [
    'a label that is none',
    { nbwss: { targets: [{ label: 'gold', targetHours: 24 }] } },
    'nbwss.targets.0.label must be a label such as customer=acme, not "gold"',
  ],
  [
    'more targets than the environment of one function holds',
    { nbwss: { targets: [{ client: 'x'.repeat(1400), targetHours: 24 }] } },
    'nbwss.targets must have 1400 characters at most together with verdicts, httpAllowedCidrs, oidc and relay, ' +
      `not [{"client":"${'x'.repeat(1400)}","targetHours":24}]`,
  ],
  ...['admin/jobs', 'TRACE /admin/jobs', '/admin//jobs', '/', '/admin/j*', '/a,/b'].map(
    (path): [string, Record<string, unknown>, string] => [
      'a path that is none',
      { nbwss: { injectPaths: ['/a', path] } },
      'nbwss.injectPaths.1 must be "default" or a path such as "/admin/jobs" or "POST /admin/jobs/*/cancel", ' +
        `not ${JSON.stringify(path)}`,
    ],
  ),
  [
    'more paths than the environment of a function holds',
    { nbwss: { injectPaths: Array(201).fill('/abc') } },
    `nbwss.injectPaths must have 1000 characters at most, not ${JSON.stringify(Array(201).fill('/abc'))}`,
  ],
  [
    'more of both than it holds',
    {
      nbwss: {
        injectPaths: [`/${'a'.repeat(48)}`],
        caCertificate: `-----BEGIN CERTIFICATE-----${'A'.repeat(2050)}-----END CERTIFICATE-----`,
      },
    },
    'nbwss.injectPaths must have 2130 characters at most together with caCertificate, httpAllowedCidrs, oidc and relay, ' +
      `not ["/${'a'.repeat(48)}"]`,
  ],
  [
    'more rules and ranges than the environment of one function holds',
    {
      nbwss: {
        verdicts: [{ policy: 'x'.repeat(1300), verdict: 'ok' }],
        httpAllowedCidrs: Array(10).fill('10.0.0.0/8'),
      },
    },
    'nbwss.verdicts must have 1400 characters at most together with httpAllowedCidrs, oidc and relay, ' +
      `not [{"policy":"${'x'.repeat(1300)}","verdict":"ok"}]`,
  ],
  [
    'a path that is public nowhere',
    { nbwss: { publicPaths: ['/admin/jobs'] } },
    'nbwss.publicPaths.0 must be one of /ping, /appdetails, /tokenkey, not "/admin/jobs"',
  ],
  [
    'a log retention that CloudWatch lacks',
    { nbwss: { logRetentionDays: 31 } },
    'nbwss.logRetentionDays must be one of 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, ' +
      '1827, 2192, 2557, 2922, 3288, 3653, not 31',
  ],
  [
    'a stage that cannot be part of a URL',
    { nbwss: { stageName: 'a b' } },
    'nbwss.stageName must be letters, digits, hyphens and underscores, not "a b"',
  ],
  [
    'a prefix that cannot be part of a stack name',
    { nbwss: { stackPrefix: '1st' } },
    'nbwss.stackPrefix must be letters, digits and hyphens, first a letter, not "1st"',
  ],
  [
    'a role for logs that is neither there nor created',
    { nbwss: { apiGatewayLogRole: true } },
    'nbwss.apiGatewayLogRole must be one of off, existing, create, not true',
  ],
  [
    'a key that is none',
    { nbwss: { customerManagedKey: 'alias/backup' } },
    'nbwss.customerManagedKey must be true, false or the ARN of a KMS key, not "alias/backup"',
  ],
  [
    'a boundary that is none',
    { nbwss: { permissionsBoundary: 'arn:aws:iam::123456789012:role/x' } },
    'nbwss.permissionsBoundary must be the name or the ARN of a managed policy, ' +
      'not "arn:aws:iam::123456789012:role/x"',
  ],
  [
    'a qualifier that is too long',
    { nbwss: { qualifier: 'abcdefghijk' } },
    'nbwss.qualifier must be 1 to 10 letters, digits, hyphens and underscores, not "abcdefghijk"',
  ],
  [
    'a tag that is not a text',
    { nbwss: { tags: { owner: ['backup'] } } },
    'nbwss.tags.owner must be at most 256 letters, digits, blanks and _.:/=+@-, not ["backup"]',
  ],
  [
    'more tags than a resource can have',
    { nbwss: { tags: MANY_TAGS } },
    `nbwss.tags must have 40 tags at most, not ${JSON.stringify(MANY_TAGS)}`,
  ],
  [
    'an address that is none',
    { nbwss: { alarmEmail: 'ops' } },
    'nbwss.alarmEmail must be an e-mail address, not "ops"',
  ],
  ['a number for an object', { nbwss: { retention: 5 } }, 'nbwss.retention must be an object, not 5'],
  [
    'several at once',
    { nbwss: { heartbeatMinutes: 0, logLevel: 'LOUD' } },
    'nbwss.heartbeatMinutes must be a whole number from 1 to 9, not 0; ' +
      'nbwss.logLevel must be one of DEBUG, INFO, WARN, ERROR, not "LOUD"',
  ],
])('%s is refused in one sentence', (_, context, sentence) => {
  expect(problem(context)).toBe(`The configuration is not valid: ${sentence}.`);
});

test.each(['{heartbeatMinutes:5}', '[]', '5'])('%s is no configuration', (nbwss) => {
  expect(problem({ nbwss })).toBe('The configuration "nbwss" must be an object or its JSON text.');
});
