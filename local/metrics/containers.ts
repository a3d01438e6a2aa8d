/** The metrics of balancers, and of the services of ECS. */
import type { Clock } from '../../gateway/clock.ts';
import type { ContainerService } from '../ecs/service.ts';
import type { TargetGroup } from '../elb/target-group.ts';
import type { Metric, MetricStore } from './store.ts';

/**
 * HealthyHostCount, UnHealthyHostCount: at the end of each minute, and before and after each change of the first one, so that a
 * minute has its minimum and maximum
 * (https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-cloudwatch-metrics.html). Until the first target
 * was healthy, changes are part of the start.
 */
export function watchTargets(group: TargetGroup, metrics: MetricStore, clock: Clock): { changed(): void } {
  const { fullName, balancerFullName } = group.spec;
  const dimensions = { TargetGroup: fullName, LoadBalancer: balancerFullName };
  const metric = (name: string): Metric => ({ namespace: 'AWS/NetworkELB', name, dimensions });
  const healthy = metric('HealthyHostCount');
  let before: number | undefined;
  metrics.gauge(healthy, () => group.count('healthy'));
  metrics.gauge(metric('UnHealthyHostCount'), () => group.count('unhealthy'));
  return {
    changed(): void {
      const count = group.count('healthy');
      if (before === undefined && count === 0) return;
      for (const value of [before ?? count, count]) metrics.record(healthy, value, clock.now());
      before = count;
    },
  };
}

/**
 * MemoryUtilization: % of the memory of each task (https://docs.aws.amazon.com/AmazonECS/latest/developerguide/available-metrics.html).
 * A task that uses more than 100 % is not ended here.
 */
export function watchMemory({ spec, memoryBytes }: ContainerService, metrics: MetricStore): void {
  const dimensions = { ClusterName: spec.cluster, ServiceName: spec.serviceName };
  metrics.gauge({ namespace: 'AWS/ECS', name: 'MemoryUtilization', dimensions }, () =>
    memoryBytes().map((bytes) => (100 * bytes) / (spec.memoryMb * 2 ** 20)),
  );
}
