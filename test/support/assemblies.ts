/** The deployment with a relay, synthesized when the first test needs it. */
import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type Gateway, gatewaySettings, ON_THIS_MACHINE, synthesize } from '../../bin/nbwss/assembly.ts';
import { lock } from '../../bin/nbwss/lock.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const FOLDER = join(ROOT, '.local/test');
/** Between two looks at whether another worker has finished, ms. */
const RETRY_MS = 200;

/** @returns the folder of the assembly with these gateways. One worker synthesizes it, the others wait. */
export const assemblyWith = async (gateway: Exclude<Gateway, 'api-gateway'>): Promise<string> => {
  mkdirSync(FOLDER, { recursive: true });
  const unlock = await locked(join(FOLDER, `${gateway}.lock`));
  try {
    const folder = join(FOLDER, `${gateway}.out`);
    await synthesize(ROOT, folder, { ...ON_THIS_MACHINE, ...gatewaySettings(gateway) });
    return folder;
  } finally {
    unlock();
  }
};

const locked = async (file: string): Promise<() => void> => {
  for (;;) {
    try {
      return lock(file);
    } catch {
      await new Promise((done) => setTimeout(done, RETRY_MS));
    }
  }
};
