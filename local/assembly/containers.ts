import { StartError } from '../errors.ts';
import { type ImageSpec, type Overrides, readDockerfile } from './dockerfile.ts';
import { mapValues, type Resolved, type Resolver } from './intrinsics.ts';

/** Where the tasks of a service are registered, each with one port of its container. */
export interface Registration {
  /** The ARN of a target group, or of a service of Cloud Map. */
  readonly arn: string;
  readonly port: number;
}

/** AWS::ECS::Service on Fargate with its task definition, which has one container. */
export interface ContainerServiceSpec {
  readonly logicalId: string;
  readonly serviceName: string;
  readonly cluster: string;
  readonly desiredCount: number;
  /** Whether a deployment starts new tasks before it stops old ones. */
  readonly startsFirst: boolean;
  readonly family: string;
  readonly taskRoleArn: string;
  readonly executionRoleArn: string;
  /** CPU units (1024 are one vCPU) and MB. */
  readonly cpu: number;
  readonly memoryMb: number;
  readonly containerName: string;
  readonly image: ImageSpec;
  /** The ARN of the image's repository. */
  readonly repositoryArn: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Ports that the container listens on. */
  readonly ports: readonly number[];
  readonly stopTimeoutSeconds: number;
  readonly targetGroups: readonly Registration[];
  readonly registries: readonly Registration[];
}

interface ServiceProperties {
  readonly Cluster: string;
  readonly TaskDefinition: string;
  readonly LaunchType?: string;
  readonly DesiredCount?: number;
  readonly DeploymentConfiguration?: { readonly MaximumPercent?: number };
  readonly LoadBalancers?: readonly { readonly TargetGroupArn: string; readonly ContainerPort: number }[];
  readonly ServiceRegistries?: readonly {
    readonly RegistryArn: string;
    readonly ContainerPort?: number;
    readonly Port?: number;
  }[];
}

interface Container extends Overrides {
  readonly Name: string;
  readonly Image: string;
  readonly Environment?: readonly { readonly Name: string; readonly Value: unknown }[];
  readonly PortMappings?: readonly { readonly ContainerPort: number }[];
  readonly StopTimeout?: number;
}

interface TaskProperties {
  readonly ContainerDefinitions: readonly Container[];
  readonly Cpu: string;
  readonly Memory: string;
  readonly TaskRoleArn: string;
  readonly ExecutionRoleArn: string;
}

/** The services of ECS. @throws StartError for anything but a Fargate service with one container of a local image */
export function containerServices(
  resolver: Resolver,
  localize: (text: string) => string,
): ContainerServiceSpec[] {
  const definitions = resolver.all<TaskProperties>('AWS::ECS::TaskDefinition');
  return resolver.all<ServiceProperties>('AWS::ECS::Service').map(({ logicalId, name, properties }) => {
    const definition = definitions.find(({ ref }) => ref === properties.TaskDefinition);
    const [container, ...others] = definition?.properties.ContainerDefinitions ?? [];
    if (!definition || !container || others.length > 0 || properties.LaunchType !== 'FARGATE')
      throw new StartError(`${logicalId} is not a Fargate service whose tasks have one container.`);
    const { Cpu, Memory, TaskRoleArn, ExecutionRoleArn } = definition.properties;
    const port = container.PortMappings?.[0]?.ContainerPort ?? 0;
    return {
      logicalId,
      serviceName: name,
      cluster: properties.Cluster,
      desiredCount: properties.DesiredCount ?? 1,
      startsFirst: (properties.DeploymentConfiguration?.MaximumPercent ?? 200) > 100,
      family: definition.name,
      taskRoleArn: TaskRoleArn,
      executionRoleArn: ExecutionRoleArn,
      cpu: Number(Cpu),
      memoryMb: Number(Memory),
      containerName: container.Name,
      ...imageOf(definition, container),
      environment: mapValues(
        Object.fromEntries((container.Environment ?? []).map(({ Name, Value }) => [Name, Value])),
        (value) => localize(String(value)),
      ),
      ports: (container.PortMappings ?? []).map(({ ContainerPort }) => ContainerPort),
      // The default of ECS.
      stopTimeoutSeconds: container.StopTimeout ?? 30,
      targetGroups: (properties.LoadBalancers ?? []).map(({ TargetGroupArn, ContainerPort }) => {
        return { arn: TargetGroupArn, port: ContainerPort };
      }),
      registries: (properties.ServiceRegistries ?? []).map(({ RegistryArn, ContainerPort, Port }) => {
        return { arn: RegistryArn, port: Port ?? ContainerPort ?? port };
      }),
    };
  });
}

/** `account.dkr.ecr.region.amazonaws.com/repository:tag`: an image of the assembly. */
function imageOf(
  { logicalId, stack }: Resolved<TaskProperties>,
  container: Container,
): Pick<ContainerServiceSpec, 'image' | 'repositoryArn'> {
  const [, repository = '', tag = ''] = /^[^/]+\/(.+):([^:]+)$/.exec(container.Image) ?? [];
  const dockerfile = stack.images.get(tag);
  if (!dockerfile)
    throw new StartError(`The image ${container.Image} of ${logicalId} is not an asset of the assembly.`);
  return {
    image: readDockerfile(dockerfile, container),
    repositoryArn: `arn:aws:ecr:${stack.region}:${stack.account}:repository/${repository}`,
  };
}
