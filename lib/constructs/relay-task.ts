import { Duration, RemovalPolicy, Validations } from 'aws-cdk-lib';
import type { DockerImageAsset } from 'aws-cdk-lib/aws-ecr-assets';
import {
  AwsLogDriverMode,
  Capability,
  type ContainerDefinition,
  ContainerImage,
  CpuArchitecture,
  FargateTaskDefinition,
  LinuxParameters,
  LogDriver,
  OperatingSystemFamily,
} from 'aws-cdk-lib/aws-ecs';
import { type PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { RelaySettings } from '../relay-settings.ts';
import { RELAY_PORTS } from './relay-ports.ts';

export interface RelayTaskProps {
  readonly settings: RelaySettings;
  readonly image: DockerImageAsset;
  readonly environment: Readonly<Record<string, string>>;
  /** The permissions of the program. */
  readonly grants: readonly PolicyStatement[];
  readonly log: { readonly retention: RetentionDays; readonly encryptionKey?: IKey };
}

/** The time after SIGTERM beyond `drainSeconds`: for the last `$disconnect`. ECS allows 120 s in total. */
const EXIT_SECONDS = 10;

/** The container and its permissions. */
export class RelayTask extends Construct {
  readonly definition: FargateTaskDefinition;
  readonly container: ContainerDefinition;

  constructor(scope: Construct, id: string, props: RelayTaskProps) {
    super(scope, id);
    const { settings } = props;
    const tasks = new ServicePrincipal('ecs-tasks.amazonaws.com');
    const taskRole = new Role(this, 'Role', { assumedBy: tasks, description: 'Task of the relay' });
    for (const statement of props.grants) taskRole.addToPolicy(statement);
    const executionRole = new Role(this, 'ExecutionRole', {
      assumedBy: tasks,
      description: 'ECS: starts the tasks of the relay',
    });
    this.definition = new FargateTaskDefinition(this, 'Definition', {
      cpu: settings.cpu,
      memoryLimitMiB: settings.memoryMb,
      runtimePlatform: {
        cpuArchitecture: CpuArchitecture.ARM64,
        operatingSystemFamily: OperatingSystemFamily.LINUX,
      },
      taskRole,
      executionRole,
    });
    const linuxParameters = new LinuxParameters(this, 'Linux');
    linuxParameters.dropCapabilities(Capability.ALL);
    const logGroup = new LogGroup(this, 'Log', { removalPolicy: RemovalPolicy.DESTROY, ...props.log });
    this.container = this.definition.addContainer('Relay', {
      containerName: 'relay',
      image: ContainerImage.fromDockerImageAsset(props.image),
      environment: {
        ...props.environment,
        // Half of the memory: messages are outside of the heap, and Node.js may not see the limit of the task. With its default for young
        // objects Node.js 24 collects so late that 100 MB are garbage.
        NODE_OPTIONS: `--max-old-space-size=${Math.floor(settings.memoryMb / 2)} --max-semi-space-size=4`,
      },
      user: 'node',
      readonlyRootFilesystem: true,
      linuxParameters,
      stopTimeout: Duration.seconds(settings.drainSeconds + EXIT_SECONDS),
      portMappings: Object.values(RELAY_PORTS).map((containerPort) => ({ containerPort })),
      // Otherwise the program would block while CloudWatch Logs does not answer.
      logging: LogDriver.awsLogs({ streamPrefix: 'relay', logGroup, mode: AwsLogDriverMode.NON_BLOCKING }),
    });
    Validations.of(executionRole).acknowledge({
      id: 'AwsSolutions-IAM5[Resource::*]',
      reason: 'AWS defines no resource for the action that gets a token of the image registry.',
    });
    Validations.of(this.definition).acknowledge({
      id: 'AwsSolutions-ECS2',
      reason: 'The variables hold no secrets: the task reads its certificate itself.',
    });
  }
}
