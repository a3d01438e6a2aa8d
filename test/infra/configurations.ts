/** Configurations besides the default one, for every test that must hold in all of them. */

const ACCOUNT = 'eu-central-1:123456789012';
const CERTIFICATE = `arn:aws:acm:${ACCOUNT}:certificate/1b2c3d4e`;
const ZONE = { hostedZoneId: 'Z0123456789ABC', zoneName: 'example.com', disableDefaultEndpoint: true };
const PEM = '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n';

/** What can be left out is left out, what can be off is off, and numbers are the smallest. */
export const MINIMAL: Readonly<Record<string, unknown>> = {
  stackPrefix: 'N',
  stageName: 's',
  heartbeatMinutes: 1,
  disconnectedMinutes: 5,
  tokenWarningDays: 1,
  repeatAfterHours: 1,
  certificateWarningDays: 1,
  retention: { journalDays: 1, viewDays: 1, commandHours: 1, auditDays: 1 },
  maxQueuedCommands: 1,
  maxWaitingRequests: 1,
  logRetentionDays: 1,
  logLevel: 'ERROR',
  accountConcurrency: 10,
  webSocketThrottling: { rate: 1, burst: 1 },
  connectThrottling: { rate: 1, burst: 1 },
  httpThrottling: { rate: 1, burst: 1 },
  functionMemoryMb: 512,
  projectParallelization: 1,
  gradualDeployment: 'off',
  terminationProtection: false,
  apiGatewayLogRole: 'off',
  detailedMetrics: false,
  customerManagedKey: false,
};

/** Settings that need what another deployment has left: a deployment without it can be synthesized, but has no data. */
export const EXISTING: Readonly<Record<string, unknown>> = {
  existingTables: {
    jobs: 'old-jobs',
    journal: 'old-journal',
    journalStream: `arn:aws:dynamodb:${ACCOUNT}:table/old-journal/stream/2026-01-01T00:00:00.000`,
  },
  existingKeyArn: `arn:aws:kms:${ACCOUNT}:key/1234abcd`,
};

/** Every setting but `canaryMinutes`, with another value than the default one. */
export const MAXIMAL: Readonly<Record<string, unknown>> = {
  ...EXISTING,
  stackPrefix: 'Second',
  stageName: 'live',
  allowedCidrs: ['10.0.0.0/8', '127.0.0.0/8', '2001:db8::/32'],
  httpAllowedCidrs: ['127.0.0.0/8', '2001:db8::/32'],
  webSocketDomain: { name: 'nbwss.example.com', certificateArn: CERTIFICATE, ...ZONE },
  apiDomain: { name: 'api.example.com', certificateArn: CERTIFICATE, ...ZONE },
  gateway: 'both',
  relay: {
    name: 'relay.example.com',
    certificate: { secret: `arn:aws:secretsmanager:${ACCOUNT}:secret:nbwss/relay-certificate` },
    allocationIds: ['eipalloc-0123456789abcdef0', 'eipalloc-0123456789abcdef1'],
    tasks: { min: 2, max: 4 },
    cpu: 512,
    memoryMb: 2048,
    vpc: {
      vpcId: 'vpc-0123456789abcdef0',
      availabilityZones: ['eu-central-1a', 'eu-central-1b'],
      subnetIds: ['subnet-0123456789abcdef0', 'subnet-0123456789abcdef1'],
    },
    drainSeconds: 90,
  },
  heartbeatMinutes: 3,
  disconnectedMinutes: 6,
  tokenWarningDays: 7,
  repeatAfterHours: 12,
  certificateWarningDays: 40,
  retention: { journalDays: 4, viewDays: 5, commandHours: 6, auditDays: 8 },
  maxQueuedCommands: 7,
  maxWaitingRequests: 8,
  maxWaitingRequestsPerGroup: 5,
  caCertificate: PEM,
  injectPaths: ['default', 'GET /slps'],
  publicPaths: ['/ping'],
  verdicts: [{ status: [191], verdict: 'ok' }],
  oidc: {
    issuer: 'https://login.example.com/realms/backup',
    audience: ['https://nbwss.example.com'],
    audienceClaim: 'aud',
    jwksUri: 'https://login.example.com/realms/backup/keys',
    personClaim: 'preferred_username',
    rolesClaim: ['realm_access', 'roles'],
    roles: [
      { role: 'backup-operators', scopes: ['inject'], groups: ['*'] },
      { role: 'acme', scopes: ['read'], labels: { customer: 'acme' } },
    ],
  },
  targetHours: 30,
  targets: [
    { client: 'db*', targetHours: 26 },
    { label: 'tier=test', retired: true },
  ],
  consecutiveFailures: 4,
  logRetentionDays: 14,
  logLevel: 'WARN',
  accountConcurrency: 400,
  webSocketThrottling: { rate: 11, burst: 12 },
  connectThrottling: { rate: 13, burst: 14 },
  httpThrottling: { rate: 21, burst: 22 },
  functionMemoryMb: 2048,
  notifyReservedConcurrency: 50,
  gradualDeployment: 'Canary10Percent5Minutes',
  digests: [
    {
      name: 'acme',
      at: '07:30',
      timeZone: 'Europe/Berlin',
      labels: ['customer=acme'],
      language: 'ja',
      from: 'backup@example.com',
      to: ['ops@example.com', 'acme@example.org'],
      whenAllIsWell: true,
    },
  ],
  projectParallelization: 8,
  terminationProtection: false,
  apiGatewayLogRole: 'create',
  console: false,
  detailedMetrics: true,
  tags: { 'cost-centre': '4711', owner: 'backup team' },
  permissionsBoundary: 'developer-boundary',
  qualifier: 'backup',
  customerManagedKey: true,
  alarmEmail: 'ops@example.com',
  alerts: [
    { name: 'night-shift', email: ['a@example.com', 'b@example.com'], severities: 'critical' },
    {
      name: 'tickets',
      webhook: { url: 'https://tickets.example.com/hook', header: 'x-token', keySecret: 'nbwss/tickets' },
      when: ['opened', 'reminded', 'recovered'],
      labels: { tier: ['gold', 'silver'], site: 'Berlin' },
    },
    { name: 'relay', webhook: { urlSecret: 'nbwss/relay' } },
    { name: 'signed', webhook: { urlSecret: 'nbwss/signed-url', signingSecret: 'nbwss/signing' } },
    { name: 'slack', slack: { urlSecret: 'nbwss/slack' }, kinds: ['backup-failed', 'no-good-backup'] },
    {
      name: 'teams',
      teams: { urlSecret: `arn:aws:secretsmanager:${ACCOUNT}:secret:nbwss/teams-a1b2c3` },
      groups: 'berlin',
    },
  ],
};

/** With the relay as the only gateway, and the least that it needs. */
export const RELAY_ONLY: Readonly<Record<string, unknown>> = {
  gateway: 'relay',
  relay: { name: 'relay.example.com', certificate: { secret: 'nbwss/relay-certificate' } },
};

/** What its alerts refer to in Secrets Manager. */
export const SECRETS: Readonly<Record<string, string>> = {
  'nbwss/tickets': 'a key',
  'nbwss/relay': 'https://relay.example.com/hook',
  'nbwss/signed-url': 'https://signed.example.com/hook',
  'nbwss/signing': 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
  'nbwss/slack': 'https://slack.example.com/hook',
  [`arn:aws:secretsmanager:${ACCOUNT}:secret:nbwss/teams-a1b2c3`]: 'https://teams.example.com/hook',
};

/** With the canary, which connects from any address, so that ranges exclude it. */
export const WITH_CANARY: Readonly<Record<string, unknown>> = {
  ...MAXIMAL,
  allowedCidrs: [],
  httpAllowedCidrs: [],
  canaryMinutes: 5,
};
