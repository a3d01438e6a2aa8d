import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { ShiftableClock } from '../../support/clocks.ts';
import { testCertificate } from '../../support/tls.ts';
import { until } from '../../support/until.ts';
import {
  addressOf,
  Client,
  containerAssembly,
  type Edit,
  edited,
  manage,
  startContainers,
  variable,
} from './containers.ts';
import { nameOf, startCloud, stopAll, temporaryFolder } from './support.ts';

afterEach(stopAll);

test('a task runs the command of the image with the variables of image and container only', async () => {
  const cloud = await startContainers();
  const [task] = cloud.tasks.list();
  expect(task).toMatchObject({ service: nameOf(cloud, 'Service'), state: 'healthy' });
  const { env, args, send } = await manage(addressOf(cloud), '/facts');
  expect(args).toEqual(['first']);
  expect(env).toMatchObject({
    GREETING: 'hello',
    PLAIN: 'yes',
    ECHO_PORT: '8443',
    AWS_REGION: 'us-east-1',
    AWS_ENDPOINT_URL: cloud.endpointUrl,
    AWS_EXECUTION_ENV: 'AWS_ECS_FARGATE',
  });
  expect(Object.keys(env)).not.toEqual(expect.arrayContaining(['JEST_WORKER_ID']));
  expect(send).toBe('undefined');
});

test('a container definition can replace the command', async () => {
  const cloud = await startContainers(
    edited('Task.Properties.ContainerDefinitions.0.Command', ['node', 'server.mjs', 'second']),
  );
  expect((await manage(addressOf(cloud), '/facts')).args).toEqual(['second']);
});

test('the metadata of a task names its address and its limits', async () => {
  const cloud = await startContainers();
  const { task, address, env } = await manage(addressOf(cloud), '/facts');
  expect(address).toBe(addressOf(cloud));
  expect(task).toMatchObject({
    TaskARN: expect.stringMatching(
      /^arn:aws:ecs:us-east-1:000000000000:task\/Ship-Cluster-.+\/[0-9a-f]{32}$/,
    ),
    Family: 'ship',
    Limits: { CPU: 0.25, Memory: 512 },
    Containers: [{ Name: 'server', Networks: [{ NetworkMode: 'awsvpc', IPv4Addresses: [address] }] }],
    LaunchType: 'FARGATE',
  });
  const container = await fetch(env.ECS_CONTAINER_METADATA_URI_V4);
  expect(await container.json()).toMatchObject({ Name: 'server' });
  expect((await fetch(env.ECS_CONTAINER_METADATA_URI_V4.replace(/\w+$/, 'another'))).status).toBe(404);
});

test('a task may call AWS by the policies of its role, under the name of its service', async () => {
  const cloud = await startContainers();
  const allowed = await manage(addressOf(cloud), '/invoke', '{"a":1}');
  expect(allowed).toMatchObject({ heard: { a: 1 } });
  const denied = await manage(addressOf(cloud), '/invoke-other', '{}');
  expect(denied.message).toMatch(/Ship-TaskRole-.* is not authorized to perform: lambda:InvokeFunction/);
  const functionName = nameOf(cloud, 'Service');
  expect(cloud.calls.all).toMatchObject([
    { service: 'lambda', action: 'Invoke', functionName, status: 200 },
    { service: 'lambda', action: 'Invoke', functionName, status: 400, errorCode: 'AccessDeniedException' },
  ]);
});

test('faults apply to the calls of a task', async () => {
  const cloud = await startContainers();
  const rule = cloud.faults.add({ function: 'service', service: 'lambda', do: 'throttle' });
  const throttled = await manage(addressOf(cloud), '/invoke', '{}');
  expect(throttled).toMatchObject({ message: 'Rate exceeded' });
  expect(rule.hits()).toBe(1);
  const [before] = cloud.tasks.list();
  cloud.faults.add({ function: 'service', service: 'lambda', do: 'kill' });
  await expect(manage(addressOf(cloud), '/invoke', '{}')).rejects.toThrow();
  await cloud.tasks.steady();
  expect(cloud.tasks.list().map(({ id }) => id)).not.toContain(before?.id);
});

test('a task that ends is started again, with another id', async () => {
  const cloud = await startContainers();
  const [before] = cloud.tasks.list();
  const { pid } = await manage(addressOf(cloud), '/facts');
  await cloud.tasks.kill(before?.id ?? '');
  await cloud.tasks.steady();
  const after = cloud.tasks.list();
  expect(after).toHaveLength(1);
  expect(after[0]?.id).not.toBe(before?.id);
  expect((await manage(addressOf(cloud), '/facts')).pid).not.toBe(pid);
});

test('a replaced task gets SIGTERM after the new one is healthy, and has no new connections', async () => {
  const lines: string[] = [];
  const states: string[][] = [];
  const cloud = await startContainers(undefined, {
    onOutput: (_name, id, line) => {
      lines.push(`${id} ${line}`);
      states.push(cloud.tasks.list().map(({ state }) => state));
    },
  });
  const [before] = cloud.tasks.list();
  const client = Client.connect(cloud);
  await client.receives(new RegExp(`at ${before?.address}`));
  await cloud.tasks.stop(before?.id ?? '');
  expect(lines).toEqual([`${before?.id} SIGTERM`]);
  expect(states).toEqual([['draining', 'healthy']]);
  expect(await client.receives(/good bye/)).toMatch(/good bye\n$/);
  const [after, ...others] = cloud.tasks.list();
  expect([after?.state, others]).toEqual(['healthy', []]);
  expect(after?.address).not.toBe(before?.address);
  await Client.connect(cloud).receives(new RegExp(`at ${after?.address}`));
});

test('a task that does not end is killed after its stop time-out', async () => {
  const cloud = await startContainers((template) => {
    variable('STUBBORN', 'yes')(template);
    edited('Task.Properties.ContainerDefinitions.0.StopTimeout', 1)(template);
  });
  const [before] = cloud.tasks.list();
  const client = Client.connect(cloud);
  await client.receives(/ at /);
  await cloud.tasks.stop(before?.id ?? '');
  // It was not told good bye.
  expect(await client.ended).toMatch(/end|close|ECONNRESET/);
  expect(client.text).not.toMatch(/good bye/);
  expect(cloud.tasks.list()).toMatchObject([{ state: 'healthy' }]);
});

test('the desired number of tasks run, each with an address of its own', async () => {
  const cloud = await startContainers(edited('Service.Properties.DesiredCount', 2));
  expect(new Set(cloud.tasks.list().map(({ address }) => address)).size).toBe(2);
  await cloud.tasks.scale(3);
  expect(cloud.tasks.list()).toHaveLength(3);
  await cloud.tasks.scale(1);
  expect(cloud.tasks.list()).toMatchObject([{ state: 'healthy' }]);
});

test('the time of a task is that of the cloud', async () => {
  const clock = new ShiftableClock();
  const cloud = await startContainers(undefined, { clock });
  clock.advance(3 * 3_600_000);
  // A connection of a client tells it the time.
  const client = Client.connect(cloud);
  await client.receives(/ at /);
  const { now } = await manage(addressOf(cloud), '/facts');
  expect(now - Date.now()).toBeGreaterThan(2.9 * 3_600_000);
});

test('a task that is started later has the time of the cloud from its beginning', async () => {
  const clock = new ShiftableClock();
  const cloud = await startContainers(undefined, { clock });
  clock.advance(3 * 3_600_000);
  await cloud.tasks.kill(cloud.tasks.list()[0]?.id ?? '');
  await cloud.tasks.steady();
  const { now } = await manage(addressOf(cloud), '/facts');
  expect(now - Date.now()).toBeGreaterThan(2.9 * 3_600_000);
});

test('no task outlives a local cloud that is killed', async () => {
  const folder = await temporaryFolder();
  const { cert, key, caFile } = await testCertificate();
  const files = { 'cert.pem': cert, 'key.pem': key };
  for (const [file, text] of Object.entries(files)) await writeFile(path.join(folder, file), text);
  const args = [
    await containerAssembly(),
    path.join(folder, 'data'),
    ...Object.keys(files).map((file) => path.join(folder, file)),
    caFile,
  ];
  const child = spawn(process.execPath, ['--import', 'tsx', path.join(__dirname, 'crash-run.ts'), ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
  const [address = ''] = (JSON.parse(line) as { addresses: string[] }).addresses;
  const { pid } = await manage(address, '/facts');
  child.kill('SIGKILL');
  const isAlive = () => {
    try {
      return process.kill(pid, 0);
    } catch {
      return false;
    }
  };
  await until(() => !isAlive());
});

const DOCKERFILE = 'FROM example.com/node\nWORKDIR /app\n';

test.each<{ what: string; message: RegExp; edit?: Edit; dockerfile?: string }>([
  {
    what: 'a task that ends at once',
    message: /do not become healthy: exit status 3\ncannot start: no sea/,
    edit: variable('FAIL', 'no sea'),
  },
  {
    what: 'a task role that ECS may not assume',
    message: /Service cannot assume TaskRole: it does not trust ecs-tasks.amazonaws.com/,
    edit: edited(
      'TaskRole.Properties.AssumeRolePolicyDocument.Statement.0.Principal.Service',
      'lambda.amazonaws.com',
    ),
  },
  {
    what: 'an execution role that may not fetch the image',
    message: /CannotPullContainerError: .* not authorized to perform: ecr:GetAuthorizationToken/,
    edit: edited('ExecutionPolicy.Properties.PolicyDocument.Statement.1.Action', 'ecr:Other'),
  },
  {
    what: 'an image of another place',
    message: /The image example.com\/server:1 of Task is not an asset of the assembly/,
    edit: edited('Task.Properties.ContainerDefinitions.0.Image', 'example.com/server:1'),
  },
  {
    what: 'a second container',
    message: /Service is not a Fargate service whose tasks have one container/,
    edit: edited('Task.Properties.ContainerDefinitions.1', { Name: 'other', Image: 'x' }),
  },
  {
    what: 'an instance of EC2',
    message: /Service is not a Fargate service/,
    edit: edited('Service.Properties.LaunchType', 'EC2'),
  },
  {
    what: 'a secret as a variable',
    message: /Task .* has the property ContainerDefinitions.Secrets/,
    edit: edited('Task.Properties.ContainerDefinitions.0.Secrets', []),
  },
  {
    what: 'another program',
    message: /runs "java -jar app.jar"; the local cloud runs only "node"/,
    dockerfile: `${DOCKERFILE}CMD ["java", "-jar", "app.jar"]`,
  },
  {
    what: 'a command for a shell',
    message: /node server.mjs is not in exec form/,
    dockerfile: `${DOCKERFILE}CMD node server.mjs`,
  },
])('refuses $what', async ({ message, edit, dockerfile }) => {
  const assembly = await containerAssembly(edit, dockerfile);
  await expect(startCloud({ assembly })).rejects.toThrow(message);
});
