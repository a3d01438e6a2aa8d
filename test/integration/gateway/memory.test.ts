/** How much memory an idle connection needs: 10 000 of them are to fit in a task of 0.5 GB. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { ok, type RelayRig, startRelay } from './support.ts';

const CONNECTIONS = 2_000;
/** Measured: 3.7 KB, of which `ws` and the socket of Node.js are nearly all. */
const MAX_BYTES = 6_000;

let rig: RelayRig;
afterEach(() => rig.stop());

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

const usedBytes = async (): Promise<number> => {
  for (let round = 0; round < 4; round += 1) {
    collectGarbage();
    await new Promise((resolve) => setImmediate(resolve));
  }
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
};

it(`an idle connection that has sent a message and a ping needs at most ${MAX_BYTES} bytes of the process`, async () => {
  rig = await startRelay({ handler: () => ok() });
  rig.functions.invoke = async () => ok();
  // In another process, so that its sockets do not count.
  const clients = fork(path.resolve(__dirname, '../../fixtures/idle-clients.mjs'), [rig.url], {
    execArgv: [],
  });
  const open = async (count: number) => {
    clients.send(count);
    await once(clients, 'message');
    await rig.gateway.idle();
  };
  try {
    await open(200);
    const before = await usedBytes();
    await open(CONNECTIONS);
    expect(rig.gateway.size()).toBe(200 + CONNECTIONS);
    const each = ((await usedBytes()) - before) / CONNECTIONS;
    expect(each).toBeGreaterThan(1_000);
    expect(each).toBeLessThan(MAX_BYTES);
  } finally {
    clients.kill();
  }
});
