import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ContainerServiceSpec } from '../assembly/containers.ts';
import { namesOf } from '../host-names.ts';
import { bind } from '../ports.ts';

/** The metadata that the ECS agent gives one task. */
export interface TaskFacts {
  readonly spec: ContainerServiceSpec;
  readonly address: string;
  readonly startedAt: number;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

export type TaskMetadata = Awaited<ReturnType<typeof startTaskMetadata>>;

/** How long credentials are valid, ms. They are renewed at each request. */
const CREDENTIALS_MS = 6 * 3_600_000;

/**
 * The agent of ECS inside of each task: the task metadata endpoint, version 4
 * (https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-metadata-endpoint-v4-fargate.html), and the credentials of the task
 * role (https://docs.aws.amazon.com/sdkref/latest/guide/feature-container-credentials.html). On AWS its address is 169.254.170.2.
 */
export async function startTaskMetadata({ region, account }: { region: string; account: string }) {
  const tasks = new Map<string, TaskFacts>();
  const port = await bind('127.0.0.1', 0, namesOf([], []));
  const url = `http://127.0.0.1:${port.number}`;
  const arn = (kind: string, spec: ContainerServiceSpec, id: string) =>
    `arn:aws:ecs:${region}:${account}:${kind}/${spec.cluster}/${id}`;

  function container(id: string, { spec, address, startedAt }: TaskFacts) {
    return {
      DockerId: `${id}-1`,
      Name: spec.containerName,
      DockerName: spec.containerName,
      Labels: {
        'com.amazonaws.ecs.cluster': spec.cluster,
        'com.amazonaws.ecs.container-name': spec.containerName,
        'com.amazonaws.ecs.task-arn': arn('task', spec, id),
        'com.amazonaws.ecs.task-definition-family': spec.family,
        'com.amazonaws.ecs.task-definition-version': '1',
      },
      DesiredStatus: 'RUNNING',
      KnownStatus: 'RUNNING',
      Limits: { CPU: 2 },
      StartedAt: new Date(startedAt).toISOString(),
      Type: 'NORMAL',
      ContainerARN: arn('container', spec, `${id}/1`),
      Networks: [{ NetworkMode: 'awsvpc', IPv4Addresses: [address], AttachmentIndex: 0 }],
    };
  }

  const task = (id: string, facts: TaskFacts) => ({
    Cluster: facts.spec.cluster,
    TaskARN: arn('task', facts.spec, id),
    Family: facts.spec.family,
    Revision: '1',
    ServiceName: facts.spec.serviceName,
    DesiredStatus: 'RUNNING',
    KnownStatus: 'RUNNING',
    // vCPUs and MiB.
    Limits: { CPU: facts.spec.cpu / 1024, Memory: facts.spec.memoryMb },
    Containers: [container(id, facts)],
    LaunchType: 'FARGATE',
    AvailabilityZone: `${region}a`,
  });

  const credentials = ({ spec, credentials: { accessKeyId, secretAccessKey } }: TaskFacts) => ({
    RoleArn: spec.taskRoleArn,
    AccessKeyId: accessKeyId,
    SecretAccessKey: secretAccessKey,
    Token: 'local',
    Expiration: new Date(Date.now() + CREDENTIALS_MS).toISOString(),
  });

  const answerTo = ({ method, url: path = '' }: IncomingMessage): unknown => {
    const [, kind, id = '', more] = /^\/(v4|credentials)\/(\w+)(\/task)?$/.exec(path) ?? [];
    const facts = tasks.get(id);
    if (!facts || method !== 'GET') return undefined;
    if (kind === 'credentials') return credentials(facts);
    return more ? task(id, facts) : container(id, facts);
  };
  port.serve((request: IncomingMessage, response: ServerResponse) => {
    const answer = answerTo(request);
    response.writeHead(answer ? 200 : 404, { 'content-type': 'application/json' });
    response.end(JSON.stringify(answer ?? {}));
  });

  return {
    /** Starts to answer a task. @returns the variables by which it finds this server */
    add(id: string, facts: TaskFacts): Record<string, string> {
      tasks.set(id, facts);
      return {
        ECS_CONTAINER_METADATA_URI_V4: `${url}/v4/${id}`,
        AWS_CONTAINER_CREDENTIALS_FULL_URI: `${url}/credentials/${id}`,
        AWS_EXECUTION_ENV: 'AWS_ECS_FARGATE',
      };
    },
    remove: (id: string): void => void tasks.delete(id),
    stop: () => port.stop(),
  };
}
