import { ConfigError, readConfig } from '../../lib/config.ts';
import { relayOf, zoneCount } from '../../lib/relay-settings.ts';
import { RELAY_ONLY } from './configurations.ts';

const ACM = 'arn:aws:acm:eu-central-1:123456789012:certificate/1b2c3d4e';
const certificate = { secret: 'nbwss/relay-certificate' };
const withRelay = (relay: Record<string, unknown>, more: Record<string, unknown> = {}) => ({
  gateway: 'relay',
  relay: { name: 'relay.example.com', certificate, ...relay },
  ...more,
});
const vpcOf = (...zones: string[]) => ({
  vpcId: 'vpc-01234567',
  availabilityZones: zones,
  subnetIds: zones.map((_, index) => `subnet-0000000${index}`),
});

test('what can be left out has a default', () => {
  expect(readConfig({ nbwss: RELAY_ONLY }).relay).toEqual({
    name: 'relay.example.com',
    certificate,
    internal: false,
    allocationIds: [],
    tasks: { min: 1, max: 1 },
    cpu: 256,
    memoryMb: 512,
    drainSeconds: 60,
  });
});

test('the command line can give it, and its lists as text', () => {
  const { relay } = readConfig({
    'nbwss.gateway': 'both',
    'nbwss.relay': JSON.stringify({ name: 'relay.example.com', certificate: { balancer: ACM } }),
    'nbwss.relay.zones': '2',
    'nbwss.relay.allocationIds': 'eipalloc-00000001, eipalloc-00000002',
  });
  expect(relay).toMatchObject({
    certificate: { balancer: ACM },
    zones: 2,
    allocationIds: ['eipalloc-00000001', 'eipalloc-00000002'],
  });
});

test('without a gateway that needs it, its settings wait; null leaves them out', () => {
  expect(relayOf(readConfig({ nbwss: { ...RELAY_ONLY, gateway: 'api-gateway' } }))).toBeUndefined();
  expect(relayOf(readConfig({ nbwss: RELAY_ONLY }))).toMatchObject({ name: 'relay.example.com' });
  expect(readConfig({ nbwss: { ...RELAY_ONLY, gateway: 'api-gateway', relay: null } }).relay).toBeUndefined();
});

test.each([
  [{}, 1],
  [{ zones: 3 }, 3],
  [{ vpc: vpcOf('eu-central-1a', 'eu-central-1b') }, 2],
])('with %j there are %i zones', (settings, count) => {
  const relay = relayOf(readConfig({ nbwss: withRelay(settings) }));
  expect(relay && zoneCount(relay)).toBe(count);
});

test.each<[string, Record<string, unknown>, string]>([
  [
    'an invalid gateway',
    { gateway: 'alb' },
    'nbwss.gateway must be one of api-gateway, relay, both, not "alb"',
  ],
  ['no settings', { gateway: 'relay' }, 'nbwss.relay must be given with gateway "relay", not null'],
  ['no name', { gateway: 'relay', relay: { certificate } }, 'nbwss.relay.name must be a fully qualified'],
  ['an unknown setting', withRelay({ port: 443 }), 'nbwss.relay has no setting "port"'],
  [
    'two certificates',
    withRelay({ certificate: { secret: 'a', acm: ACM } }),
    `nbwss.relay.certificate must have either secret, acm or balancer, not {"secret":"a","acm":"${ACM}"}`,
  ],
  ['no certificate', withRelay({ certificate: {} }), 'must have either secret, acm or balancer, not {}'],
  ['a file', withRelay({ certificate: { file: 'a.pem' } }), 'nbwss.relay.certificate has no setting "file"'],
  [
    'a certificate that is not an ARN',
    withRelay({ certificate: { acm: 'a' } }),
    'nbwss.relay.certificate.acm must be the ARN of a certificate in AWS Certificate Manager, not "a"',
  ],
  [
    'an ARN of something else as its secret',
    withRelay({ certificate: { secret: ACM } }),
    'nbwss.relay.certificate.secret must be the name or ARN of a secret in Secrets Manager',
  ],
  [
    'memory that Fargate does not offer',
    withRelay({ memoryMb: 4096 }),
    'nbwss.relay.memoryMb must be one of 512, 1024, 2048 with cpu 256, not 4096',
  ],
  [
    'a CPU that Fargate does not offer',
    withRelay({ cpu: 300 }),
    'cpu must be one of 256, 512, 1024, 2048, not 300',
  ],
  [
    'less tasks at most than at least',
    withRelay({ tasks: { min: 3, max: 2 } }),
    'nbwss.relay.tasks must have a max that is min at least, not {"min":3,"max":2}',
  ],
  [
    'a drain that ECS would cut off',
    withRelay({ drainSeconds: 111 }),
    'nbwss.relay.drainSeconds must be a whole number from 1 to 110, not 111',
  ],
  ['four zones', withRelay({ zones: 4 }), 'nbwss.relay.zones must be a whole number from 1 to 3, not 4'],
  [
    'one address for two zones',
    withRelay({ zones: 2, allocationIds: ['eipalloc-00000001'] }),
    'nbwss.relay.allocationIds must have one address for each zone (2), not ["eipalloc-00000001"]',
  ],
  [
    'one address twice',
    withRelay({ zones: 2, allocationIds: ['eipalloc-00000001', 'eipalloc-00000001'] }),
    'nbwss.relay.allocationIds must have one address for each zone (2)',
  ],
  [
    'one subnet twice',
    withRelay({
      vpc: { ...vpcOf('eu-central-1a', 'eu-central-1b'), subnetIds: ['subnet-00000001', 'subnet-00000001'] },
    }),
    'nbwss.relay.vpc must have one subnet for each zone',
  ],
  [
    'public addresses of a private balancer',
    withRelay({ internal: true, allocationIds: ['eipalloc-00000001'] }),
    'nbwss.relay.allocationIds must be absent with internal, since these addresses are public',
  ],
  [
    'zones of a given VPC',
    withRelay({ zones: 1, vpc: vpcOf('eu-central-1a') }),
    'nbwss.relay.zones must be absent together with vpc, whose subnets are the zones, not 1',
  ],
  [
    'two subnets in one zone',
    withRelay({ vpc: vpcOf('eu-central-1a', 'eu-central-1a') }),
    'nbwss.relay.vpc must have one subnet for each zone',
  ],
  [
    'a zone without a subnet',
    withRelay({ vpc: { ...vpcOf('eu-central-1a'), availabilityZones: ['eu-central-1a', 'eu-central-1b'] } }),
    'nbwss.relay.vpc must have as many availabilityZones as subnetIds',
  ],
  [
    'a prefix with which its private DNS zone has too long a label',
    withRelay({}, { stackPrefix: 'x'.repeat(59) }),
    'nbwss.stackPrefix must have 58 characters at most with gateway "relay"',
  ],
  [
    'a name for a WebSocket API that does not exist',
    withRelay({}, { webSocketDomain: { name: 'nbwss.example.com', certificateArn: ACM } }),
    'nbwss.webSocketDomain must be absent with gateway "relay", whose host name is relay.name',
  ],
  [
    'the name of the API',
    withRelay({}, { apiDomain: { name: 'relay.example.com', certificateArn: ACM } }),
    'nbwss.relay.name must differ from apiDomain.name, not "relay.example.com"',
  ],
  [
    'the name of the WebSocket API',
    withRelay({}, { gateway: 'both', webSocketDomain: { name: 'relay.example.com', certificateArn: ACM } }),
    'nbwss.relay.name must differ from webSocketDomain.name, not "relay.example.com"',
  ],
  [
    'a canary that cannot reach it',
    withRelay({ internal: true }, { canaryMinutes: 5 }),
    'nbwss.canaryMinutes must be absent with an internal relay, which the canary cannot reach, not 5',
  ],
])('a relay with %s is refused', (_, nbwss, message) => {
  const read = () => readConfig({ nbwss });
  expect(read).toThrow(ConfigError);
  expect(read).toThrow(message);
});
