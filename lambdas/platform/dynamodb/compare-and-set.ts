import { Unavailable } from '../unavailable.ts';

/** The result of an attempt whose condition failed, since another writer was faster. */
export const CONFLICT = Symbol('conflict');

/**
 * Repeats an attempt (read, decide, conditional write) while it conflicts. In each round one of the writers succeeds.
 * @throws Unavailable that names `item` after `maxAttempts` conflicts
 */
export const compareAndSet = async <T>(
  item: string,
  maxAttempts: number,
  attempt: () => Promise<T | typeof CONFLICT>,
): Promise<T> => {
  for (let made = 0; made < maxAttempts; made++) {
    const result = await attempt();
    if (result !== CONFLICT) return result;
  }
  throw new Unavailable(`${item}: gave up after ${maxAttempts} conflicting writes.`);
};
