import { StartError } from '../errors.ts';
import type { FunctionSpec } from '../types.ts';

/** Concurrent executions of an account in one Region, unless it is new (Lambda quotas). */
export const DEFAULT_CONCURRENCY = 1000;

/**
 * Counts the concurrent executions of an account: a reservation belongs to its function, which cannot exceed it, and all other
 * functions share the rest (https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html).
 * @throws StartError for reservations that AWS would refuse.
 */
export function createConcurrency(specs: readonly FunctionSpec[], account = DEFAULT_CONCURRENCY) {
  const unreserved = unreservedConcurrency(specs, account);
  /** The functions of the running executions. */
  const running: FunctionSpec[] = [];
  const throttles = new Map<string, number>();
  let peak = 0;

  function isFull({ arn, reservedConcurrency }: FunctionSpec): boolean {
    if (reservedConcurrency === undefined)
      return running.filter((other) => other.reservedConcurrency === undefined).length >= unreserved;
    return running.filter((other) => other.arn === arn).length >= reservedConcurrency;
  }

  return {
    /** Begins an execution. @returns a function that ends it; `undefined` if it is throttled. */
    begin(spec: FunctionSpec): (() => void) | undefined {
      const { functionName } = spec;
      if (isFull(spec)) {
        throttles.set(functionName, (throttles.get(functionName) ?? 0) + 1);
        return undefined;
      }
      running.push(spec);
      peak = Math.max(peak, running.length);
      return () => void running.splice(running.indexOf(spec), 1);
    },
    /** The number of running executions, of one function or of all. */
    running: (name?: string): number =>
      running.filter(({ functionName }) => functionName === (name ?? functionName)).length,
    /** The most executions that have run at the same time so far. */
    peak: (): number => peak,
    /** How many invocations were throttled, by the name of the function. */
    throttles: (): Readonly<Record<string, number>> => Object.fromEntries(throttles),
  };
}

/** The concurrency for functions without a reservation. AWS requires 100 for them, or all of a smaller account. */
function unreservedConcurrency(specs: readonly FunctionSpec[], account: number): number {
  const left = account - specs.reduce((sum, spec) => sum + (spec.reservedConcurrency ?? 0), 0);
  const minimum = Math.min(100, account);
  if (left >= minimum) return left;
  throw new StartError(
    `Specified ReservedConcurrentExecutions decreases the account's UnreservedConcurrentExecution below its minimum value of [${minimum}].`,
  );
}
