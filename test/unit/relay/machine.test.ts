import { execFileSync } from 'node:child_process';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { networkInterfaces } from 'node:os';
import { thisMachine } from '../../../relay/machine.ts';

const address = (value: string, internal = false, family: 'IPv4' | 'IPv6' = 'IPv4') =>
  ({ address: value, family, internal, netmask: '', mac: '', cidr: null, scopeid: 0 }) as never;
const interfaces = (() => ({
  lo: [address('127.0.0.1', true)],
  ecs: [address('169.254.172.2')],
  eth0: [address('fe80::1', false, 'IPv6'), address('10.0.0.9')],
  eth1: [address('10.0.1.9')],
})) as typeof networkInterfaces;
const sources = { interfaces, memory: () => 2 * 2 ** 30, files: () => 65_535 };
const none = { address: undefined, metadataUrl: undefined };

/** The metadata endpoint of ECS. */
const withMetadata = async <T>(answer: unknown, use: (url: string) => Promise<T>): Promise<T> => {
  const server = createServer(({ url }, response) => {
    response.statusCode = url === '/v4/1234/task' ? 200 : 404;
    response.end(typeof answer === 'string' ? answer : JSON.stringify(answer));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    return await use(`http://127.0.0.1:${(server.address() as AddressInfo).port}/v4/1234`);
  } finally {
    server.close();
  }
};
const TASK = {
  TaskARN: 'arn:aws:ecs:eu-central-1:1:task/a',
  Limits: { CPU: 0.25, Memory: 512 },
  Containers: [{ Name: 'relay', Networks: [{ NetworkMode: 'awsvpc', IPv4Addresses: ['10.0.5.6'] }] }],
};

it('takes the first interface that is neither internal nor link-local', async () => {
  expect(await thisMachine(none, sources)).toEqual({ address: '10.0.0.9', memoryMb: 2048, files: 65_535 });
});

it("takes the task's address and memory on ECS", async () => {
  const machine = await withMetadata(TASK, (metadataUrl) => thisMachine({ ...none, metadataUrl }, sources));
  expect(machine).toEqual({ address: '10.0.5.6', memoryMb: 512, files: 65_535 });
});

it('takes the setting before everything else', async () => {
  const machine = await withMetadata(TASK, (metadataUrl) =>
    thisMachine({ address: '127.0.0.3', metadataUrl }, sources),
  );
  expect(machine).toEqual({ address: '127.0.0.3', memoryMb: 512, files: 65_535 });
});

it.each([['not JSON'], [{ Containers: [] }], [{}]])(
  'looks at the interfaces if the metadata is %j',
  async (answer) => {
    const machine = await withMetadata(answer, (metadataUrl) =>
      thisMachine({ ...none, metadataUrl }, sources),
    );
    expect(machine).toEqual({ address: '10.0.0.9', memoryMb: 2048, files: 65_535 });
  },
);

it('says what to do if there is no address', async () => {
  await expect(thisMachine(none, { ...sources, interfaces: () => ({}) })).rejects.toThrow('RELAY_ADDRESS');
});

it('reads how many files it may have open', async () => {
  const { files } = await thisMachine({ ...none, address: '127.0.0.3' });
  const limit = execFileSync('sh', ['-c', 'ulimit -n'], { encoding: 'utf8' }).trim();
  const isKnown = process.platform === 'linux' && limit !== 'unlimited';
  expect(files).toBe(isKnown ? Number(limit) : Number.POSITIVE_INFINITY);
});
