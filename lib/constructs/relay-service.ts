import { Duration, Stack, Validations } from 'aws-cdk-lib';
import { type Metric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { Cluster, FargateService, type ICluster, PropagatedTagSource } from 'aws-cdk-lib/aws-ecs';
import { DnsRecordType, type IService, PrivateDnsNamespace } from 'aws-cdk-lib/aws-servicediscovery';
import { Construct } from 'constructs';
import type { RelaySettings } from '../relay-settings.ts';
import type { RelayBalancer } from './relay-balancer.ts';
import type { RelayNetwork } from './relay-network.ts';
import { RELAY_PORTS } from './relay-ports.ts';
import type { RelayTask } from './relay-task.ts';

export interface RelayServiceProps {
  readonly settings: RelaySettings;
  readonly network: RelayNetwork;
  readonly balancer: RelayBalancer;
  readonly task: RelayTask;
  /** Connections of a task. */
  readonly connections: Metric;
}

/** More tasks are started above it: half of what a task accepts (`relay/capacity.ts`). */
const CONNECTIONS_PER_MB = { task: 6, balancer: 10 };
/** The same by the files that a task may have open: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Ulimit.html */
const MAX_CONNECTIONS = Math.floor((65_535 - 3_000) / 2);

/** Keeps the tasks running, replaces them one by one, and tells the balancer and API Gateway where they are. */
export class RelayService extends Construct {
  readonly cluster: Cluster;
  readonly service: FargateService;
  /** Where API Gateway finds the tasks. */
  readonly discovery: IService;

  constructor(scope: Construct, id: string, props: RelayServiceProps) {
    super(scope, id);
    const { settings, network, balancer, task } = props;
    const { min, max } = settings.tasks;
    this.cluster = new Cluster(this, 'Cluster', { vpc: network.vpc });
    Validations.of(this.cluster).acknowledge({
      id: 'AwsSolutions-ECS4',
      reason: 'Container Insights would cost as much as the task; the alarms use its own metrics.',
    });
    const cloudMapNamespace = new PrivateDnsNamespace(this, 'Namespace', {
      name: `${Stack.of(this).stackName.toLowerCase()}.internal`,
      vpc: network.vpc,
    });
    this.service = new FargateService(this, 'Service', {
      cluster: this.cluster as ICluster,
      taskDefinition: task.definition,
      // Otherwise a deployment would undo what the scaling has done.
      ...(min === max ? { desiredCount: min } : {}),
      vpcSubnets: network.subnets,
      securityGroups: [network.ofTasks],
      assignPublicIp: network.assignPublicIp,
      minHealthyPercent: 100,
      maxHealthyPercent: 200,
      healthCheckGracePeriod: Duration.seconds(60),
      circuitBreaker: { rollback: true },
      propagateTags: PropagatedTagSource.SERVICE,
      // API Gateway needs the port, too, so SRV.
      cloudMapOptions: {
        name: 'management',
        cloudMapNamespace,
        dnsRecordType: DnsRecordType.SRV,
        container: task.container,
        containerPort: RELAY_PORTS.management,
      },
    });
    this.discovery = this.service.cloudMapService as IService;
    this.service.attachToNetworkTargetGroup(balancer.targets);
    // ECS refuses a target group without a listener, and starts no task without the permissions to fetch its image.
    this.service.node.addDependency(balancer, task);
    if (min < max) this.#scale(props);
  }

  #scale({ settings, connections }: RelayServiceProps): void {
    const tlsEndsAt = settings.certificate.balancer === undefined ? 'task' : 'balancer';
    this.service
      .autoScaleTaskCount({ minCapacity: settings.tasks.min, maxCapacity: settings.tasks.max })
      .scaleToTrackCustomMetric('Connections', {
        metric: connections.with({ statistic: Stats.AVERAGE }),
        targetValue: Math.min(settings.memoryMb * CONNECTIONS_PER_MB[tlsEndsAt], MAX_CONNECTIONS),
        // A task that stops closes its connections: not for every quiet quarter of an hour.
        scaleInCooldown: Duration.hours(1),
        scaleOutCooldown: Duration.minutes(2),
      });
  }
}
