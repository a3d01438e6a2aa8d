/** The relay: tasks that end, functions that fail, certificates, and tasks that are too small. */
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EndpointDetails } from '../../../lambdas/endpoints/endpoint.ts';
import type { FaultRule } from '../../../local/faults.ts';
import { capacityOf } from '../../../relay/capacity.ts';
import { newConnectionId } from '../../../relay/connection-id.ts';
import { createCertificate } from '../../fixtures/certificates.ts';
import { assemblyWith } from '../../support/assemblies.ts';
import { type Deployment, startDeployment } from '../../support/deployment.ts';
import { job, notification } from '../../support/raw-client.ts';
import { testCertificate } from '../../support/tls.ts';
import { until } from '../../support/until.ts';
import { alarmsAfter, alarmsOn, endMinute, raises, tryToOpen } from './support.ts';

/** The secret with the certificate (`bin/nbwss/assembly.ts`). */
const SECRET = 'relay-certificate';
const ALWAYS = Number.POSITIVE_INFINITY;
let deployment: Deployment;
afterEach(() => deployment.stop());

const start = async (assembly?: string): Promise<EndpointDetails> => {
  deployment = await startDeployment({ gateway: 'relay', ...(assembly !== undefined && { assembly }) });
  return deployment.createGroup('berlin');
};

const ofRelay = (alarms: readonly string[]): string[] => alarms.filter((id) => id.startsWith('Relay'));

/** Kills the tasks; others are started. */
const killTasks = async (): Promise<void> => {
  const { tasks } = deployment.cloud;
  for (const { id } of tasks.list()) await tasks.kill(id);
  await tasks.steady();
};

/** Replaces the tasks as a deployment does. A task that ends writes what it has counted, without waiting for its minute. */
const replaceTasks = async (): Promise<void> => {
  const { tasks } = deployment.cloud;
  for (const { id } of tasks.list()) await tasks.stop(id);
};

const withPair = ({ cert, key }: { readonly cert: string; readonly key: string }) =>
  deployment.cloud.putSecret(SECRET, `${cert.trim()}\n${key.trim()}\n`);

// Where there is only 127.0.0.1, a task ends before the next one starts.
const onLinux = process.platform === 'linux' ? test : test.skip;

onLinux('a deployment in each of five minutes, with what domains send: no alarm', async () => {
  const details = await start();
  const alarms = await alarmsAfter(deployment, 5, async () => {
    const client = await deployment.connect(details);
    client.send(notification('JOB', job(1)));
    await client.next(({ type }) => type === 'NOTIFICATION');
    await replaceTasks();
    expect((await client.closed).code).toBe(1012);
  });
  expect(ofRelay(alarms)).toEqual([]);
});

raises(['RelayDown', 'ServiceDown'], 'no task runs', async () => {
  await start();
  await deployment.cloud.tasks.scale(0);
  return alarmsAfter(deployment, 2, async () => {
    expect(await tryToOpen(deployment)).toBeUndefined();
  });
});

raises(['RelayTasksStopping'], 'the task is killed in three of thirty minutes', async () => {
  await start();
  expect(ofRelay(await alarmsAfter(deployment, 1, killTasks))).toEqual([]);
  for (let minute = 0; minute < 20; minute += 1) await endMinute(deployment);
  return alarmsAfter(deployment, 2, killTasks);
});

/** Sends a notification in each minute, while the relay's invocations have this fault. */
const notifyWith = async (details: EndpointDetails, minutes: number, fault: FaultRule): Promise<string[]> =>
  alarmsAfter(deployment, minutes, async () => {
    const client = await deployment.connect(details);
    const handle = deployment.cloud.faults.add(fault);
    client.send(notification('JOB', job(1)));
    await handle.reached;
    // It ends when the relay has given the message up, or the function has answered.
    await replaceTasks();
    handle.remove();
  });
const INVOKE = { function: 'NbwssRelay', service: 'lambda', action: 'Invoke' };

raises(
  ['RelayInvocationsFailing', 'RelayMessagesUnanswered', 'ServiceDown'],
  'Lambda refuses all invocations of the relay',
  async () => notifyWith(await start(), 3, { ...INVOKE, do: 'fail', count: ALWAYS }),
);

raises(['RelayInvocationsFailing'], 'Lambda throttles the first invocation of each message', async () => {
  const details = await start();
  const alarms = await notifyWith(details, 3, { ...INVOKE, do: 'throttle' });
  expect(alarms).not.toContain('RelayMessagesUnanswered');
  return alarms;
});

/** What API Gateway passes on to the task. @returns the status */
const post = (connectionId: string): Promise<number> =>
  new Promise((resolve, reject) => {
    const [task] = deployment.cloud.tasks.list();
    const path = `/@connections/${connectionId}`;
    const call = request({ host: task?.address, port: 8081, method: 'POST', path, agent: false }, (answer) =>
      answer.resume().once('end', () => resolve(answer.statusCode ?? 0)),
    );
    call.once('error', reject).end('{}');
  });

raises(
  ['RelayCallsFailing'],
  'the task that has a connection accepts calls, but does not answer',
  async () => {
    await start();
    const silent = createServer(() => {}).listen(0, '127.0.0.1');
    await until(() => silent.listening);
    const { port } = silent.address() as AddressInfo;
    const alarms = await alarmsAfter(deployment, 3, async () => {
      expect(await post(newConnectionId({ address: '127.0.0.1', port }))).toBe(504);
      await replaceTasks();
    });
    silent.close();
    return alarms;
  },
);

raises(['RelayCertificateExpiring'], 'the certificate expires in ten days', async () => {
  await start();
  withPair(await createCertificate({ names: ['localhost'], to: 10 }));
  return alarmsAfter(deployment, 1, async () => {
    await replaceTasks();
    await replaceTasks();
  });
});

raises(['RelayCertificateUnreadable'], 'new tasks read a key that is not of the certificate', async () => {
  await start();
  const { key } = await createCertificate();
  const { cert } = await testCertificate();
  withPair({ cert, key });
  const logged = (code: string) =>
    deployment.output.filter((line) => line.includes(`"service":"relay","code":"${code}"`)).length;
  const alarms = await alarmsAfter(deployment, 2, async () => {
    const [started, unreadable] = [logged('started'), logged('certificate-not-readable')];
    const { tasks } = deployment.cloud;
    // The second task is never healthy, because it has no certificate.
    const scaled = tasks.scale(2);
    await until(() => logged('started') > started);
    expect(logged('certificate-not-readable')).toBeGreaterThan(unreadable);
    await tasks.scale(1);
    await scaled;
  });
  // The first task goes on with the certificate that it has.
  await deployment.open();
  return alarms;
});

describe('with so little memory', () => {
  let folder: string;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'nbwss-small-'));
    cpSync(await assemblyWith('relay'), folder, { recursive: true });
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  /** Tasks are told that they have so much; nothing keeps them from using more. */
  const startWith = async (memoryMb: number): Promise<EndpointDetails> => {
    const file = join(folder, 'NbwssRelay.template.json');
    const template = JSON.parse(readFileSync(file, 'utf8'));
    // biome-ignore lint/suspicious/noExplicitAny: template JSON
    for (const { Type, Properties } of Object.values<any>(template.Resources))
      if (Type === 'AWS::ECS::TaskDefinition') Properties.Memory = String(memoryMb);
    writeFileSync(file, JSON.stringify(template));
    return start(folder);
  };

  // Its other code, `connection-refused`, needs a thousand sockets more, all within the time-out of their handshakes.
  raises(['RelayFull'], 'one connection more than a task of 1 MB may have', () =>
    startWith(1).then(() =>
      alarmsAfter(deployment, 2, async () => {
        for (let count = 0; count < capacityOf(1, true, 65_535).connections; count += 1)
          await deployment.open();
        expect(await tryToOpen(deployment)).toBeUndefined();
        await replaceTasks();
      }),
    ),
  );

  if (process.platform === 'linux')
    raises(['RelayMemoryHigh'], 'the program alone needs more than 85 % of the memory', async () => {
      await startWith(32);
      for (let minute = 0; minute < 3; minute += 1) await endMinute(deployment);
      return alarmsOn(deployment);
    });
});

onLinux('a task of the smallest size has memory left', async () => {
  await start();
  for (let minute = 0; minute < 5; minute += 1) await endMinute(deployment);
  expect(alarmsOn(deployment)).not.toContain('RelayMemoryHigh');
});
