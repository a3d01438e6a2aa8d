import { Duration, Validations } from 'aws-cdk-lib';
import { Metric, type MetricOptions } from 'aws-cdk-lib/aws-cloudwatch';
import {
  type INetworkTargetGroup,
  NetworkLoadBalancer,
  NetworkTargetGroup,
  Protocol,
  SslPolicy,
  TargetType,
} from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { Construct } from 'constructs';
import { type RelaySettings, zoneCount } from '../relay-settings.ts';
import type { RelayNetwork } from './relay-network.ts';
import { RELAY_PORTS } from './relay-ports.ts';

export interface RelayBalancerProps {
  readonly settings: RelaySettings;
  readonly network: RelayNetwork;
}

/** The balancer that NetBackup connects to, and the tasks behind it. */
export class RelayBalancer extends Construct {
  readonly balancer: NetworkLoadBalancer;
  readonly targets: NetworkTargetGroup;

  constructor(scope: Construct, id: string, { settings, network }: RelayBalancerProps) {
    super(scope, id);
    const { vpc, subnets } = network;
    const { allocationIds, certificate } = settings;
    const selected = vpc.selectSubnets(subnets).subnets;
    this.balancer = new NetworkLoadBalancer(this, 'Balancer', {
      vpc,
      internetFacing: !settings.internal,
      securityGroups: [network.ofBalancer],
      ...(allocationIds.length === 0
        ? { vpcSubnets: subnets }
        : {
            subnetMappings: selected.map((subnet, index) => ({
              subnet,
              allocationId: allocationIds[index] as string,
            })),
          }),
      // With fixed addresses a client may use any of them, even if the only task is in another zone.
      crossZoneEnabled: zoneCount(settings) > 1,
    });
    this.targets = new NetworkTargetGroup(this, 'Targets', {
      vpc,
      port: RELAY_PORTS.webSocket,
      protocol: Protocol.TCP,
      targetType: TargetType.IP,
      // The addresses of NetBackup are needed for `allowedCidrs` and for the connections' sourceIp.
      preserveClientIp: true,
      // ECS waits for it before it stops a task; the connections stay open until the task closes them.
      deregistrationDelay: Duration.seconds(10),
      healthCheck: {
        protocol: Protocol.HTTP,
        port: String(RELAY_PORTS.management),
        path: '/health',
        interval: Duration.seconds(10),
        timeout: Duration.seconds(5),
        healthyThresholdCount: 2,
        unhealthyThresholdCount: 2,
      },
    });
    // A task that drains is unhealthy: it closes its connections itself, each at a quiet moment.
    this.targets.setAttribute('target_health_state.unhealthy.connection_termination.enabled', 'false');
    this.#listen(certificate.balancer, this.targets);
    Validations.of(this.balancer).acknowledge({
      id: 'AwsSolutions-ELB2',
      reason:
        'Access logs of a Network Load Balancer are for TLS listeners only; the relay logs its connections.',
    });
  }

  /** How many tasks pass the health check. */
  healthyTasks(options: MetricOptions): Metric {
    return new Metric({
      namespace: 'AWS/NetworkELB',
      metricName: 'HealthyHostCount',
      dimensionsMap: {
        LoadBalancer: this.balancer.loadBalancerFullName,
        TargetGroup: this.targets.targetGroupFullName,
      },
      ...options,
    });
  }

  #listen(certificateArn: string | undefined, targets: INetworkTargetGroup): void {
    const common = { port: 443, defaultTargetGroups: [targets] };
    if (certificateArn === undefined) {
      this.balancer.addListener('Listener', {
        ...common,
        protocol: Protocol.TCP,
        // More than the 6 minutes after which the task itself closes an idle connection, and says why.
        tcpIdleTimeout: Duration.minutes(10),
      });
      return;
    }
    this.balancer.addListener('Listener', {
      ...common,
      protocol: Protocol.TLS,
      certificates: [{ certificateArn }],
      sslPolicy: SslPolicy.TLS13_12_RES_PQ,
    });
  }
}
