/** The service that keeps the tasks of the relay running, and the outputs of its stack. */

import { capacityOf } from '../../relay/capacity.ts';
import { large, ofType, small, stack, withRelay, write } from './relay.ts';
import { stacksOf } from './synthesize.ts';
import { only, plain, type Template, templates } from './templates.ts';

test('by default there is neither a relay nor anything for it', () => {
  expect(stacksOf({}).relay).toBeUndefined();
  const text = JSON.stringify(templates);
  expect(text).not.toMatch(/RELAY_|RelayApi|execute-api:Invoke/);
});

describe('the service', () => {
  const service = (template: Template) => only(template, 'AWS::ECS::Service');

  test('starts a new task before it stops an old one, and goes back if a new version does not work', () => {
    expect(service(small).Properties).toMatchObject({
      LaunchType: 'FARGATE',
      DesiredCount: 1,
      DeploymentConfiguration: {
        MinimumHealthyPercent: 100,
        MaximumPercent: 200,
        DeploymentCircuitBreaker: { Enable: true, Rollback: true },
      },
    });
  });

  test('is behind the balancer, and found by API Gateway with its port', () => {
    const { LoadBalancers, ServiceRegistries } = service(small).Properties;
    expect(LoadBalancers).toMatchObject([{ ContainerName: 'relay', ContainerPort: 8443 }]);
    expect(ServiceRegistries).toMatchObject([{ ContainerName: 'relay', ContainerPort: 8081 }]);
    expect(only(small, 'AWS::ServiceDiscovery::Service').Properties.DnsConfig.DnsRecords).toMatchObject([
      { Type: 'SRV' },
    ]);
  });

  test('is created after the listener, and after the permissions of its tasks', () => {
    expect(service(small).DependsOn?.map(plain)).toEqual(
      expect.arrayContaining(['BalancerListener', 'TaskRoleDefaultPolicy', 'TaskExecutionRoleDefaultPolicy']),
    );
  });

  test('scales by the connections of a task, if it may', () => {
    expect(ofType(small, 'ApplicationAutoScaling::ScalableTarget')).toEqual([]);
    expect(service(large).Properties).not.toHaveProperty('DesiredCount');
    expect(only(large, 'AWS::ApplicationAutoScaling::ScalableTarget').Properties).toMatchObject({
      MinCapacity: 2,
      MaxCapacity: 4,
    });
    const { TargetTrackingScalingPolicyConfiguration } = only(
      large,
      'AWS::ApplicationAutoScaling::ScalingPolicy',
    ).Properties;
    expect(TargetTrackingScalingPolicyConfiguration).toMatchObject({
      CustomizedMetricSpecification: {
        Namespace: 'SecondEndpoint',
        MetricName: 'Connections',
        Dimensions: [{ Name: 'service', Value: 'relay' }],
        Statistic: 'Average',
      },
      // 2 GB, and TLS in the task.
      TargetValue: 12_288,
    });
  });
});

test('scales above more connections if TLS ends at the balancer', () => {
  const template = stack(withRelay({ tasks: { min: 1, max: 2 } }));
  const policy = only(template, 'AWS::ApplicationAutoScaling::ScalingPolicy').Properties;
  expect(policy['TargetTrackingScalingPolicyConfiguration']).toMatchObject({ TargetValue: 5_120 });
});

test('scales above half of the connections for which a task has files, if its memory holds more', () => {
  const template = stack(withRelay({ cpu: 512, memoryMb: 4096, tasks: { min: 1, max: 2 } }));
  const policy = only(template, 'AWS::ApplicationAutoScaling::ScalingPolicy').Properties;
  const { connections } = capacityOf(4096, false, 65_535);
  expect(policy['TargetTrackingScalingPolicyConfiguration']).toMatchObject({
    TargetValue: Math.floor(connections / 2),
  });
});

test('the outputs: the URL, where DNS must lead, and the fixed addresses', () => {
  const values = (template: Template) =>
    Object.fromEntries(
      Object.entries(template.Outputs ?? {})
        .filter(([name]) => name.startsWith('Relay'))
        .map(([name, { Value }]) => [name, write(Value)]),
    );
  expect(values(small)).toEqual({ RelayUrl: 'wss://relay.example.com/nbwss', RelayTarget: 'Balancer' });
  expect(values(large)).toEqual({
    RelayUrl: 'wss://relay.example.com/live',
    RelayTarget: 'Balancer',
    RelayAddresses:
      'aws ec2 describe-addresses --allocation-ids eipalloc-0123456789abcdef0 eipalloc-0123456789abcdef1 --query Addresses[].PublicIp',
  });
});
