import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';
import { StartError } from '../errors.ts';

const TRIES = 20;

/**
 * An IPv4 address of this machine on which the ports are free now: in place of the address that a task has in its VPC. On Linux
 * all of 127.0.0.0/8 is the machine; where only 127.0.0.1 exists (macOS), it is that one.
 * @throws StartError when there is none: on such a machine the ports of all tasks must differ
 */
export async function freeAddress(ports: readonly number[]): Promise<string> {
  for (let tries = 0; tries < TRIES; tries += 1) {
    // Not 127.0.0.x, which people and other programs may use.
    const address = `127.${randomInt(1, 255)}.${randomInt(256)}.${randomInt(1, 255)}`;
    const found = await firstProblem(address, ports);
    if (found === undefined) return address;
    if (found === 'EADDRNOTAVAIL') break;
  }
  const problem = await firstProblem('127.0.0.1', ports);
  if (problem === undefined) return '127.0.0.1';
  throw new StartError(
    `A container needs the ports ${ports.join(', ')}, which cannot be used on 127.0.0.1 (${problem}).`,
  );
}

async function firstProblem(address: string, ports: readonly number[]): Promise<string | undefined> {
  for (const port of ports) {
    const problem = await new Promise<string | undefined>((resolve) => {
      const probe = createServer();
      probe.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
      probe.listen(port, address, () => probe.close(() => resolve(undefined)));
    });
    if (problem !== undefined) return problem;
  }
  return undefined;
}
