import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { Activity } from '../activity.ts';
import { StartError } from '../errors.ts';
import type { FunctionSpec, InvokeResult, LocalLog } from '../types.ts';
import {
  type EnvironmentOptions,
  type ExecutionEnvironment,
  failed,
  startEnvironment,
} from './environment.ts';

/** Largest synchronous request, bytes (Lambda quotas: 6 MB; 413 RequestTooLargeException above it). */
const REQUEST_BYTES = 6_291_456;
/** Largest synchronous response, bytes, as Lambda's own error message names it. */
const RESPONSE_BYTES = 6_291_556;
/** Environments that start at one time, over all functions: else a burst would start a process for each call. */
const STARTS_AT_ONCE = Math.max(2, availableParallelism());

export interface LambdaOptions extends EnvironmentOptions {
  /** Concurrent executions that the account may have over all functions; unlimited if left out. */
  readonly accountConcurrency?: number;
  readonly log: LocalLog;
}

export type LocalLambdaService = ReturnType<typeof createLambdaService>;

/**
 * Runs functions as Lambda does: an invocation takes the idle environment that was used last, else starts a new one,
 * else is refused (TooManyRequestsException) by reserved concurrency or by the account's limit.
 * @throws StartError for code that is not an ES module for Node.js, and for reservations that AWS would not deploy.
 */
export function createLambdaService(specs: readonly FunctionSpec[], options: LambdaOptions) {
  for (const spec of specs) checkCode(spec);
  const unreserved = unreservedConcurrency(specs, options.accountConcurrency);
  /** The one used last is the last. */
  const environments = new Set<ExecutionEnvironment>();
  /** The functions of the invocations under way, those that wait for an environment among them. */
  const underWay: FunctionSpec[] = [];
  const waiting: (() => void)[] = [];
  const activity = new Activity();
  let stopped = false;

  const alive = () => [...environments].filter(({ state }) => state !== 'gone');

  function environmentFor(spec: FunctionSpec): ExecutionEnvironment | undefined {
    const warm = alive().findLast((environment) => environment.spec === spec && environment.state === 'idle');
    if (!warm && alive().filter(({ state }) => state === 'starting').length >= STARTS_AT_ONCE)
      return undefined;
    const environment = warm ?? start(spec);
    environments.delete(environment);
    environments.add(environment);
    return environment;
  }

  function start(spec: FunctionSpec): ExecutionEnvironment {
    const environment = startEnvironment(spec, options, wake);
    environment.ended.then(() => environments.delete(environment));
    const { functionName } = spec;
    options.log({ source: 'lambda', message: `${functionName}: cold start`, detail: { id: environment.id } });
    return environment;
  }

  /** Lets those who wait look for an environment again, the longest waiting first. */
  function wake(): void {
    for (const lookAgain of waiting.splice(0)) lookAgain();
  }

  async function run(spec: FunctionSpec, event: string): Promise<InvokeResult> {
    while (!stopped) {
      const environment = environmentFor(spec);
      if (environment) return parsed(await environment.invoke(event).finally(wake));
      await new Promise<void>((resolve) => waiting.push(resolve));
    }
    return failed('error', 'ServiceException', 'The local Lambda service has stopped.');
  }

  function throttled({ arn, reservedConcurrency }: FunctionSpec): boolean {
    if (reservedConcurrency === undefined) {
      return underWay.filter((other) => other.reservedConcurrency === undefined).length >= unreserved;
    }
    return underWay.filter((other) => other.arn === arn).length >= reservedConcurrency;
  }

  async function invoke(functionNameOrArn: string, payload: unknown): Promise<InvokeResult> {
    const spec = specs.find(({ functionName, arn }) => [functionName, arn].includes(functionNameOrArn));
    if (!spec) {
      return failed('error', 'ResourceNotFoundException', `Function not found: ${functionNameOrArn}`);
    }
    const event = JSON.stringify(payload) ?? 'null';
    if (Buffer.byteLength(event) > REQUEST_BYTES) {
      const reason = `Request must be smaller than ${REQUEST_BYTES} bytes for the InvokeFunction operation`;
      return failed('too-large', 'RequestTooLargeException', reason);
    }
    if (throttled(spec)) return failed('throttled', 'TooManyRequestsException', 'Rate Exceeded.');
    underWay.push(spec);
    const result = await activity.during(run(spec, event));
    underWay.splice(underWay.indexOf(spec), 1);
    return result;
  }

  return {
    invoke,
    /** Kills one execution environment at once (a fault), as an out-of-memory kill would. */
    kill: (environmentId: string) => {
      for (const environment of alive()) if (environment.id === environmentId) environment.kill();
    },
    /** The execution environments that are alive, warm ones and those at work. */
    environments: () =>
      alive().map(({ id: environmentId, spec: { functionName }, state }) => {
        return { functionName, environmentId, busy: state !== 'idle' };
      }),
    /** Invocations under way, of one function or of all. */
    inFlight: (name?: string) =>
      underWay.filter(({ functionName }) => functionName === (name ?? functionName)).length,
    /** Resolves when no invocation is under way (at once, if so now). */
    idle: () => activity.idle(),
    async stop(): Promise<void> {
      stopped = true;
      wake();
      for (const environment of environments) environment.kill();
      await Promise.all([...environments].map(({ ended }) => ended));
    },
  };
}

/** What an environment answered, with the value in place of its JSON text. */
function parsed(result: InvokeResult): InvokeResult {
  if (!result.ok) return result;
  const text = result.payload as string;
  const bytes = Buffer.byteLength(text);
  if (bytes <= RESPONSE_BYTES) return { ok: true, payload: JSON.parse(text) };
  const reason = `Response payload size (${bytes} bytes) exceeded maximum allowed payload size (${RESPONSE_BYTES} bytes).`;
  return failed('too-large', 'Function.ResponseSizeTooLarge', reason);
}

function checkCode({ logicalId, runtime, codeDir, handler }: FunctionSpec): void {
  const [stem] = handler.split('.', 1);
  const exists = (extension: string) => existsSync(path.join(codeDir, `${stem}${extension}`));
  // Lambda would prefer the .js file.
  if (runtime.startsWith('nodejs') && exists('.mjs') && !exists('.js')) return;
  throw new StartError(
    `${logicalId}: ${handler} for ${runtime} is not supported, only .mjs files for nodejs are.`,
  );
}

/** What is left for functions without a reservation. AWS keeps 100 for them, or all in an account that has less. */
function unreservedConcurrency(specs: readonly FunctionSpec[], account = Number.POSITIVE_INFINITY): number {
  const left = account - specs.reduce((sum, spec) => sum + (spec.reservedConcurrency ?? 0), 0);
  const minimum = Math.min(100, account);
  if (left >= minimum) return left;
  throw new StartError(
    `Specified ReservedConcurrentExecutions decreases the account's UnreservedConcurrentExecution below its minimum value of [${minimum}].`,
  );
}
