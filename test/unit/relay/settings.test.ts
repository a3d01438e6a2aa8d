import { readSettings, SettingsError } from '../../../relay/settings.ts';

const ROUTES = [
  { routeKey: '$connect', functionArn: 'arn:aws:lambda:eu-central-1:1:function:a', twoWay: false },
];
const MINIMAL = {
  RELAY_ROUTES: JSON.stringify(ROUTES),
  RELAY_STAGE: 'prod',
  RELAY_TLS: 'off',
  AWS_REGION: 'eu-central-1',
};

it('has defaults for what need not be set', () => {
  expect(readSettings(MINIMAL)).toEqual({
    routes: ROUTES,
    stage: 'prod',
    port: 8443,
    managementPort: 8081,
    tls: { kind: 'off' },
    address: undefined,
    drainSeconds: 30,
    logLevel: 'INFO',
    metricsNamespace: undefined,
    region: 'eu-central-1',
    metadataUrl: undefined,
  });
});

it('takes what is set, and an empty variable as one that is not', () => {
  const settings = readSettings({
    ...MINIMAL,
    RELAY_PORT: '443',
    RELAY_MANAGEMENT_PORT: '65535',
    RELAY_ADDRESS: '10.0.0.7',
    RELAY_DRAIN_SECONDS: '110',
    LOG_LEVEL: 'WARN',
    POWERTOOLS_METRICS_NAMESPACE: 'nbwss',
    ECS_CONTAINER_METADATA_URI_V4: '',
  });
  expect(settings).toMatchObject({
    port: 443,
    managementPort: 65_535,
    address: '10.0.0.7',
    drainSeconds: 110,
    logLevel: 'WARN',
    metricsNamespace: 'nbwss',
    metadataUrl: undefined,
  });
});

it.each([
  [
    'file:/etc/tls/cert.pem,/etc/tls/key.pem',
    { kind: 'file', certificate: '/etc/tls/cert.pem', key: '/etc/tls/key.pem' },
  ],
  ['secret:relay/tls', { kind: 'secret', id: 'relay/tls' }],
  [
    'secret:arn:aws:secretsmanager:eu-central-1:1:secret:tls',
    { kind: 'secret', id: 'arn:aws:secretsmanager:eu-central-1:1:secret:tls' },
  ],
  [
    'acm:arn:aws:acm:eu-central-1:1:certificate/a',
    { kind: 'acm', arn: 'arn:aws:acm:eu-central-1:1:certificate/a' },
  ],
])('RELAY_TLS can be %s', (value, tls) => {
  expect(readSettings({ ...MINIMAL, RELAY_TLS: value }).tls).toEqual(tls);
});

it.each(['RELAY_ROUTES', 'RELAY_STAGE', 'RELAY_TLS', 'AWS_REGION'])('says that %s is not set', (name) => {
  expect(() => readSettings({ ...MINIMAL, [name]: undefined })).toThrow(
    new SettingsError(`The environment variable ${name} is not set.`),
  );
});

it.each([
  ['RELAY_ROUTES', '[]'],
  ['RELAY_ROUTES', 'not JSON'],
  ['RELAY_ROUTES', '[{"routeKey":"$connect","functionArn":"a"}]'],
  ['RELAY_STAGE', '/prod'],
  ['RELAY_STAGE', '$default'],
  ['RELAY_PORT', '0'],
  ['RELAY_PORT', '65536'],
  ['RELAY_PORT', '8443.5'],
  ['RELAY_MANAGEMENT_PORT', '0x1f'],
  ['RELAY_TLS', 'on'],
  ['RELAY_TLS', 'secret:'],
  ['RELAY_TLS', 'acm:certificate'],
  ['RELAY_TLS', 'file:cert.pem'],
  ['RELAY_TLS', 'file:cert.pem,key.pem,chain.pem'],
  ['RELAY_ADDRESS', 'relay.example.com'],
  ['RELAY_ADDRESS', '::1'],
  ['RELAY_DRAIN_SECONDS', '111'],
  ['LOG_LEVEL', 'info'],
  ['ECS_CONTAINER_METADATA_URI_V4', 'file:///etc/passwd'],
])('%s cannot be %j: one sentence names the variable', (name, value) => {
  const read = () => readSettings({ ...MINIMAL, [name]: value });
  expect(read).toThrow(SettingsError);
  expect(read).toThrow(new RegExp(`^The environment variable ${name} must be [^\\n]+\\.$`));
});

it('does not repeat the value, which may have been meant for another variable', () => {
  const read = () => readSettings({ ...MINIMAL, RELAY_TLS: '-----BEGIN PRIVATE KEY-----MIGH' });
  expect(read).toThrow('RELAY_TLS');
  expect(read).not.toThrow('MIGH');
});
