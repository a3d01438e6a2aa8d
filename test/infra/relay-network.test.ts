/** The network of the relay: who reaches whom. */
import { large, ofType, small, stack, withRelay, write } from './relay.ts';
import { resources, type Template } from './templates.ts';

describe('the network', () => {
  /** `from -> to port`, of every rule for incoming and outgoing connections. */
  const rules = (template: Template) => {
    const within = Object.entries(resources(template, 'AWS::EC2::SecurityGroup')).flatMap(
      ([id, { Properties }]) => [
        ...(Properties.SecurityGroupIngress ?? []).map(
          (rule: Record<string, unknown>) => `in: ${rule['CidrIp']} -> ${id} ${rule['FromPort']}`,
        ),
        ...(Properties.SecurityGroupEgress ?? []).map(
          (rule: Record<string, unknown>) => `out: ${id} -> ${rule['CidrIp']} ${rule['FromPort']}`,
        ),
      ],
    );
    const incoming = ofType(template, 'EC2::SecurityGroupIngress').map(
      ({ Properties: { SourceSecurityGroupId, GroupId, FromPort } }) =>
        `in: ${write(SourceSecurityGroupId)} -> ${write(GroupId)} ${FromPort}`,
    );
    const outgoing = ofType(template, 'EC2::SecurityGroupEgress').map(
      ({ Properties: { DestinationSecurityGroupId, GroupId, FromPort } }) =>
        `out: ${write(GroupId)} -> ${write(DestinationSecurityGroupId)} ${FromPort}`,
    );
    return [...within, ...incoming, ...outgoing].map((rule) => rule.replaceAll('Network', '')).sort();
  };
  const INSIDE = [
    'in: BalancerGroup -> TasksGroup 8081',
    'in: BalancerGroup -> TasksGroup 8443',
    'in: LinkGroup -> TasksGroup 8081',
    'in: TasksGroup -> TasksGroup 8081',
    'out: BalancerGroup -> TasksGroup 8081',
    'out: BalancerGroup -> TasksGroup 8443',
    'out: LinkGroup -> TasksGroup 8081',
    'out: TasksGroup -> 0.0.0.0/0 443',
    'out: TasksGroup -> TasksGroup 8081',
  ];

  test('the port of the tasks for functions is open for the VPC link, the health check and other tasks only', () => {
    expect(rules(small)).toEqual(['in: 0.0.0.0/0 -> BalancerGroup 443', ...INSIDE].sort());
  });

  test('only the addresses of allowedCidrs reach the balancer, as far as they are IPv4 and it has room for them', () => {
    expect(rules(large).filter((rule) => rule.includes('/'))).toEqual([
      'in: 10.0.0.0/8 -> BalancerGroup 443',
      'in: 127.0.0.0/8 -> BalancerGroup 443',
      'out: TasksGroup -> 0.0.0.0/0 443',
    ]);
    const clients = (allowedCidrs: string[]) =>
      rules(stack(withRelay({}, { allowedCidrs }))).filter((rule) => rule.endsWith('BalancerGroup 443'));
    expect(clients(['2001:db8::/32'])).toEqual([]);
    const many = Array.from({ length: 60 }, (_, index) => `10.${index}.0.0/16`);
    expect(clients(many)).toHaveLength(60);
    expect(clients([...many, '192.0.2.0/24'])).toEqual(['in: 0.0.0.0/0 -> BalancerGroup 443']);
  });

  test.each([1, 2, 3])('an own VPC has %i public subnets, and no NAT', (zones) => {
    const template = stack(withRelay({ zones }));
    expect(ofType(template, 'EC2::Subnet').map(({ Properties }) => Properties.AvailabilityZone)).toEqual(
      Array.from({ length: zones }, (_, index) => ({ 'Fn::Select': [index, { 'Fn::GetAZs': '' }] })),
    );
    expect(ofType(template, 'EC2::Route').map(({ Properties }) => Object.keys(Properties))).toEqual(
      Array(zones).fill(['DestinationCidrBlock', 'GatewayId', 'RouteTableId']),
    );
    expect(ofType(template, 'EC2::NatGateway')).toEqual([]);
  });

  test('a given VPC gets nothing but security groups', () => {
    const types = Object.values(large.Resources).flatMap(({ Type }) =>
      Type.startsWith('AWS::EC2::') ? [Type] : [],
    );
    expect(new Set(types)).toEqual(
      new Set(['AWS::EC2::SecurityGroup', 'AWS::EC2::SecurityGroupIngress', 'AWS::EC2::SecurityGroupEgress']),
    );
  });

  test('nothing is made by a function', () => {
    for (const template of [small, large])
      for (const { Type } of Object.values(template.Resources)) expect(Type).not.toMatch(/Lambda|^Custom::/);
  });
});
