import { problem } from './config-problem.ts';

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
    'an invalid certificate',
    { nbwss: { caCertificate: '-----BEGIN CERTIFICATE-----Ä-----END CERTIFICATE-----' } },
    'nbwss.caCertificate must be PEM certificates of at most 2 050 characters, ' +
      'not "-----BEGIN CERTIFICATE-----Ä-----END CERTIFICATE-----"',
  ],
  [
    'an invalid verdict',
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
    'an invalid label',
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
      'an invalid path',
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
    'an invalid key',
    { nbwss: { customerManagedKey: 'alias/backup' } },
    'nbwss.customerManagedKey must be true, false or the ARN of a KMS key, not "alias/backup"',
  ],
  [
    'an invalid boundary',
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
    'an invalid address',
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

test.each(['{heartbeatMinutes:5}', '[]', '5'])('%s is not a configuration', (nbwss) => {
  expect(problem({ nbwss })).toBe('The configuration "nbwss" must be an object or its JSON text.');
});
