/** Many connections at once, each with a message. */
import { once } from 'node:events';
import { ManualClock } from '../../support/clocks.ts';
import { Client, type Rig, startRig } from './support.ts';

const CONNECTIONS = 300;
const CONCURRENCY = 50;
const MAX_PROCESSES = 6;

let rig: Rig;
afterEach(() => rig.stop());

/** Connects and sends one message. @returns the status of the handshake and, if it was accepted, the answer */
const connect = async (): Promise<string> => {
  const client = new Client(rig.url);
  const refused = once(client.ws, 'unexpected-response').then(([, { statusCode }]) => `${statusCode}`);
  const opened = once(client.ws, 'open').then(() => 'open');
  const handshake = await Promise.any([opened, refused]);
  if (handshake !== 'open') return handshake;
  client.send({ type: 'TWO', script: { do: 'return', value: { statusCode: 200, body: 'served' } } });
  const answer = await client.messages.next();
  return answer === 'served' ? answer : (JSON.parse(answer) as { message: string }).message;
};

test(`of ${CONNECTIONS} connections at once each is served or throttled, by a bounded number of processes`, async () => {
  const idleClock = new ManualClock();
  const limits = { accountConcurrency: CONCURRENCY, maxProcesses: MAX_PROCESSES, idleClock };
  rig = await startRig({ lambdaOptions: limits });
  const { lambda } = rig;
  const processes: number[] = [];
  const outcomes = await Promise.all(
    Array.from({ length: CONNECTIONS }, async () => {
      const outcome = await connect();
      processes.push(lambda.environments().length);
      return outcome;
    }),
  );
  const count = (outcome: string) => outcomes.filter((one) => one === outcome).length;
  // A throttled $connect fails the handshake, a throttled message is answered with the error frame.
  const throttled = count('502') + count('Internal server error');
  expect(count('served') + throttled).toBe(CONNECTIONS);
  expect(lambda.throttles()['scripted'] ?? 0).toBe(throttled);
  expect(count('served')).toBeGreaterThanOrEqual(1);
  expect(lambda.peak()).toBeLessThanOrEqual(CONCURRENCY);
  expect(Math.max(...processes)).toBeLessThanOrEqual(MAX_PROCESSES);
  // Those that were accepted are still open, but nothing runs: all processes are given back.
  idleClock.advance(10 * 60_000);
  expect(lambda.environments()).toEqual([]);
});
