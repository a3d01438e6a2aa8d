/** The balancer of the relay. */
import { ACM, large, small, stack, withRelay } from './relay.ts';
import { only, type Template } from './templates.ts';

describe('the balancer', () => {
  const balancer = (template: Template) =>
    only(template, 'AWS::ElasticLoadBalancingV2::LoadBalancer').Properties;
  const listener = (template: Template) => only(template, 'AWS::ElasticLoadBalancingV2::Listener').Properties;
  const targets = only(small, 'AWS::ElasticLoadBalancingV2::TargetGroup').Properties;

  test('is public, and passes TCP on, so that TLS ends in the task', () => {
    expect(balancer(small)).toMatchObject({ Type: 'network', Scheme: 'internet-facing' });
    expect(listener(small)).toMatchObject({ Port: 443, Protocol: 'TCP' });
    expect(listener(small)).not.toHaveProperty('Certificates');
  });

  test('keeps a silent connection longer than the task does, which closes it after 6 minutes', () => {
    expect(listener(small).ListenerAttributes).toEqual([{ Key: 'tcp.idle_timeout.seconds', Value: '600' }]);
  });

  test('ends TLS itself with a certificate of its own', () => {
    expect(listener(stack(withRelay({})))).toMatchObject({
      Protocol: 'TLS',
      Certificates: [{ CertificateArn: ACM }],
      SslPolicy: expect.stringMatching(/TLS13-1-2/),
    });
  });

  test('checks the health of a task at the port for functions', () => {
    expect(targets).toMatchObject({
      Port: 8443,
      Protocol: 'TCP',
      TargetType: 'ip',
      HealthCheckProtocol: 'HTTP',
      HealthCheckPath: '/health',
      HealthCheckPort: '8081',
    });
  });

  test('shows the addresses of the clients, and leaves their connections to a task that stops', () => {
    const attributes = targets.TargetGroupAttributes.map(({ Key, Value }: Record<string, string>) => [
      Key,
      Value,
    ]);
    expect(Object.fromEntries(attributes)).toEqual({
      'preserve_client_ip.enabled': 'true',
      'deregistration_delay.timeout_seconds': '10',
      'target_health_state.unhealthy.connection_termination.enabled': 'false',
    });
  });

  test('has fixed addresses, one for each zone, and reaches tasks in other zones', () => {
    expect(balancer(large).SubnetMappings).toEqual([
      { SubnetId: 'subnet-0123456789abcdef0', AllocationId: 'eipalloc-0123456789abcdef0' },
      { SubnetId: 'subnet-0123456789abcdef1', AllocationId: 'eipalloc-0123456789abcdef1' },
    ]);
    const crossZone = (template: Template) =>
      balancer(template).LoadBalancerAttributes.find(({ Key }: { Key: string }) => Key.includes('cross_zone'))
        .Value;
    expect([crossZone(small), crossZone(large)]).toEqual(['false', 'true']);
  });

  test.each([
    ['in an own VPC', undefined, 'ENABLED'],
    [
      'in private subnets',
      { vpcId: 'vpc-01234567', availabilityZones: ['eu-central-1a'], subnetIds: ['subnet-01234567'] },
      'DISABLED',
    ],
  ])('can be private: %s', (_, vpc, AssignPublicIp) => {
    const template = stack(withRelay({ internal: true, ...(vpc && { vpc }) }));
    expect(balancer(template).Scheme).toBe('internal');
    const { NetworkConfiguration } = only(template, 'AWS::ECS::Service').Properties;
    expect(NetworkConfiguration.AwsvpcConfiguration.AssignPublicIp).toBe(AssignPublicIp);
  });
});
