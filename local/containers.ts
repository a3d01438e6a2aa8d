import type { Activity } from '../gateway/activity.ts';
import type { Clock } from '../gateway/clock.ts';
import type { Log } from '../gateway/types.ts';
import type { ContainerServiceSpec } from './assembly/containers.ts';
import type { CloudModel } from './assembly/model.ts';
import { startTaskMetadata } from './ecs/metadata.ts';
import { createRegistry } from './ecs/registry.ts';
import { type ContainerService, createContainerService, type TaskView } from './ecs/service.ts';
import type { Balancer } from './elb/balancer.ts';
import { createTargetGroup, type TargetGroup } from './elb/target-group.ts';
import { StartError } from './errors.ts';
import type { Callers } from './front-door/callers.ts';
import type { Iam } from './front-door/iam.ts';
import type { AwsCall, Recorder } from './front-door/record.ts';
import { watchMemory, watchTargets } from './metrics/containers.ts';
import type { MetricStore } from './metrics/store.ts';

interface ContainersOptions {
  readonly model: CloudModel;
  readonly iam: Iam;
  readonly callers: Callers;
  readonly balancers: readonly Balancer[];
  readonly metrics: MetricStore;
  readonly environment: Readonly<Record<string, string>>;
  readonly nodePath?: string | undefined;
  readonly clock: Clock;
  readonly log: Log;
  readonly onOutput: (name: string, id: string, line: string) => void;
}

/** The time between two checks whether the tasks are idle, ms. */
const SETTLE_MS = 100;

/** The services of ECS behind their balancers, and the registry by which API Gateway finds their tasks. */
export async function createContainers(options: ContainersOptions) {
  const { model, iam, balancers, metrics, clock, onOutput } = options;
  for (const spec of model.containerServices) checkRoles(spec, iam);
  const registry = createRegistry();
  const services: ContainerService[] = [];
  const groups = balancers.map(({ spec: { targetGroup } }) => {
    const group = createTargetGroup(targetGroup, ({ address }, state) => {
      watched.changed();
      for (const service of services) service.targetChanged(address, state);
    });
    const watched = watchTargets(group, metrics, clock);
    return group;
  });
  const targetGroups = new Map(groups.map((group) => [group.spec.arn, group]));
  for (const { logicalId, targetGroups: wanted } of model.containerServices) {
    const unknown = wanted.find(({ arn }) => !targetGroups.has(arn));
    if (unknown) throw new StartError(`${logicalId}: the target group ${unknown.arn} has no listener.`);
  }
  const metadata = model.containerServices.length === 0 ? undefined : await startTaskMetadata(model);
  for (const spec of metadata ? model.containerServices : []) {
    const onLine = (id: string, line: string) => onOutput(spec.serviceName, id, line);
    if (metadata)
      services.push(createContainerService(spec, { ...options, metadata, registry, targetGroups, onLine }));
  }
  for (const service of services) watchMemory(service, metrics);
  const of = (id: string) => services.find((service) => service.has(id));

  return {
    discover: registry.discover,
    /** The tasks, for tests. */
    tasks: {
      list: (): TaskView[] => services.flatMap((service) => service.list()),
      /** Kills a task (a fault). It is replaced. Resolves when it has ended. */
      kill: async (id: string): Promise<void> => of(id)?.kill(id),
      /** Replaces a task as a deployment does: SIGTERM, and SIGKILL after its stop time-out. Resolves when that is done. */
      stop: async (id: string): Promise<void> => of(id)?.stopTask(id),
      /** Changes the desired number of tasks of each service. Resolves when they run. */
      scale: async (count: number): Promise<void> => {
        await Promise.all(services.map((service) => service.scale(count)));
      },
      /** Resolves when all services have their tasks, and no task is being replaced. */
      steady: async (): Promise<void> => {
        await Promise.all(services.map((service) => service.steady()));
      },
    },
    /** Tasks are other processes: they count as idle when nothing was passed on and no call was made between two checks. */
    async settled(calls: Recorder<AwsCall>, activity: Activity): Promise<void> {
      const count = () => calls.mark() + balancers.reduce((sum, balancer) => sum + balancer.bytes(), 0);
      for (let before = -1; services.length > 0 && before !== count(); ) {
        before = count();
        await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
        await activity.idle();
      }
    },
    /** Sets the clocks of the tasks to that of the local cloud. */
    tellTime: (address?: string): void => {
      for (const service of services) service.tellTime(address);
    },
    /** Starts the tasks, and lets the balancers pass connections on. */
    async start(): Promise<void> {
      for (const [index, balancer] of balancers.entries())
        balancer.serve(groups[index] as TargetGroup, (address) => {
          for (const service of services) service.tellTime(address);
        });
      await Promise.all(services.map((service) => service.start()));
    },
    async stop(): Promise<void> {
      for (const group of groups) group.stop();
      await Promise.all(services.map((service) => service.stop()));
      await metadata?.stop();
    },
  };
}

/** ECS must be able to assume both roles, and to fetch the image. */
function checkRoles(
  { logicalId, taskRoleArn, executionRoleArn, repositoryArn }: ContainerServiceSpec,
  iam: Iam,
) {
  for (const role of [taskRoleArn, executionRoleArn])
    iam.checkTrust(role, 'ecs-tasks.amazonaws.com', logicalId);
  const needed = [
    { action: 'ecr:GetAuthorizationToken', resource: '*' },
    ...['BatchCheckLayerAvailability', 'BatchGetImage', 'GetDownloadUrlForLayer'].map((action) => {
      return { action: `ecr:${action}`, resource: repositoryArn };
    }),
  ];
  for (const access of needed) {
    const denial = iam.denial(executionRoleArn, 'ecs', access);
    if (denial) throw new StartError(`${logicalId}: CannotPullContainerError: ${denial}`);
  }
}
