import { readConfig } from '../../lib/config.ts';
import { problem } from './config-problem.ts';

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
