import { availableParallelism, totalmem } from 'node:os';
import { type Clock, systemClock, type Timer } from '../../gateway/clock.ts';
import type { InvokeResult, Log } from '../../gateway/types.ts';
import type { FunctionSpec } from '../types.ts';
import {
  type EnvironmentOptions,
  type ExecutionEnvironment,
  failed,
  startEnvironment,
} from './environment.ts';

/** How many processes all functions together may start at the same time; otherwise a burst would start one for each call. */
const MAX_CONCURRENT_STARTS = Math.max(2, availableParallelism());
/** The most processes: half of the machine's memory, at 100 MB each. */
const MAX_PROCESSES = Math.max(32, Math.floor(totalmem() / 2 / 100_000_000));
/** How long an idle environment is kept. AWS gives no figure; minutes are usual. */
const IDLE_MS = 10 * 60_000;

export interface PoolOptions extends EnvironmentOptions {
  readonly log: Log;
  /** The most execution environments, idle and busy; by default what half of the machine's memory holds. */
  readonly maxProcesses?: number;
  /**
   * The time after which idle environments end: by default the machine's, not the cloud's, since they take the machine's
   * memory. A test that puts the cloud's clock forward would otherwise begin with cold starts each time.
   */
  readonly idleClock?: Clock;
}

/**
 * The execution environments of all functions. An environment that has been idle for ten minutes ends; when there are too many, the one
 * that has been idle longest makes room for another function.
 */
export function createPool(options: PoolOptions) {
  const { log, maxProcesses = MAX_PROCESSES, idleClock = systemClock } = options;
  /** Idle environments in the order of their last use. */
  const environments = new Set<ExecutionEnvironment>();
  const idleTimers = new Map<ExecutionEnvironment, Timer>();
  const waiting: (() => void)[] = [];
  let stopped = false;

  const alive = () => [...environments].filter(({ state }) => state !== 'ended');

  function available(spec: FunctionSpec): ExecutionEnvironment | undefined {
    const present = alive();
    const warm = present.findLast((environment) => environment.spec === spec && environment.state === 'idle');
    if (warm) return warm;
    if (present.filter(({ state }) => state === 'starting').length >= MAX_CONCURRENT_STARTS) return undefined;
    if (present.length >= maxProcesses) {
      const oldest = present.find(({ state }) => state === 'idle');
      if (!oldest) return undefined;
      oldest.kill();
    }
    return start(spec);
  }

  function start(spec: FunctionSpec): ExecutionEnvironment {
    const environment = startEnvironment(spec, options, wake);
    environment.ended.then(() => {
      environments.delete(environment);
      keep(environment);
      wake();
    });
    const { functionName } = spec;
    log({ source: 'lambda', message: `${functionName}: cold start`, detail: { id: environment.id } });
    return environment;
  }

  /** Lets waiting invocations look for an environment again, the longest waiting first. */
  function wake(): void {
    for (const retry of waiting.splice(0)) retry();
  }

  function keep(environment: ExecutionEnvironment): void {
    idleClock.clearTimeout(idleTimers.get(environment));
    idleTimers.delete(environment);
  }

  async function invoke(environment: ExecutionEnvironment, event: string): Promise<InvokeResult> {
    keep(environment);
    environments.delete(environment);
    environments.add(environment);
    const result = await environment.invoke(event);
    if (environment.state === 'idle')
      idleTimers.set(environment, idleClock.setTimeout(environment.kill, IDLE_MS));
    wake();
    return result;
  }

  return {
    alive,
    /** Invokes a function as soon as there is an environment for it. Never rejects. */
    async run(spec: FunctionSpec, event: string): Promise<InvokeResult> {
      while (!stopped) {
        const environment = available(spec);
        if (environment) return invoke(environment, event);
        await new Promise<void>((resolve) => waiting.push(resolve));
      }
      return failed('error', 'ServiceException', 'The local Lambda service has stopped.');
    },
    async stop(): Promise<void> {
      stopped = true;
      wake();
      for (const environment of environments) environment.kill();
      await Promise.all([...environments].map(({ ended }) => ended));
    },
  };
}
