import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { Activity } from '../activity.ts';
import { StartError } from '../errors.ts';
import { Recorder } from '../front-door/record.ts';
import { type FunctionSpec, type InvokeResult, isFunction, type LocalLog } from '../types.ts';
import {
  type EnvironmentOptions,
  type ExecutionEnvironment,
  failed,
  startEnvironment,
} from './environment.ts';

/** Of a synchronous request (Lambda quotas: 6 MB; 413 RequestTooLargeException above it). */
const MAX_REQUEST_BYTES = 6_291_456;
/** Of a synchronous response, as in Lambda's error message. */
const MAX_RESPONSE_BYTES = 6_291_556;
/** Of all functions together; otherwise a burst would start a process for each call. */
const MAX_CONCURRENT_STARTS = Math.max(2, availableParallelism());

export interface LambdaOptions extends EnvironmentOptions {
  /** Concurrent executions that the account may have over all functions; unlimited by default. */
  readonly accountConcurrency?: number;
  readonly log: LocalLog;
}

export type LocalLambdaService = ReturnType<typeof createLambdaService>;

/**
 * Runs functions as Lambda does: an invocation uses the idle environment that was used last, or starts a new one. Above
 * the reserved concurrency or the account's limit it is refused (TooManyRequestsException).
 * @throws StartError for code that is not an ES module for Node.js, and for reservations that AWS would refuse.
 */
export function createLambdaService(specs: readonly FunctionSpec[], options: LambdaOptions) {
  for (const spec of specs) checkCode(spec);
  const unreserved = unreservedConcurrency(specs, options.accountConcurrency);
  /** In the order of their last use. */
  const environments = new Set<ExecutionEnvironment>();
  /** The functions of the running invocations, including those that wait for an environment. */
  const running: FunctionSpec[] = [];
  const waiting: (() => void)[] = [];
  const invocations = new Recorder<string>();
  const activity = new Activity();
  let stopped = false;

  const alive = () => [...environments].filter(({ state }) => state !== 'ended');

  function environmentFor(spec: FunctionSpec): ExecutionEnvironment | undefined {
    const warm = alive().findLast((environment) => environment.spec === spec && environment.state === 'idle');
    if (!warm && alive().filter(({ state }) => state === 'starting').length >= MAX_CONCURRENT_STARTS)
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

  /** Lets waiting invocations look for an environment again, the longest waiting first. */
  function wake(): void {
    for (const retry of waiting.splice(0)) retry();
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
      return running.filter((other) => other.reservedConcurrency === undefined).length >= unreserved;
    }
    return running.filter((other) => other.arn === arn).length >= reservedConcurrency;
  }

  async function invoke(functionNameOrArn: string, payload: unknown): Promise<InvokeResult> {
    const spec = specs.find(isFunction(functionNameOrArn));
    if (!spec) {
      return failed('error', 'ResourceNotFoundException', `Function not found: ${functionNameOrArn}`);
    }
    const event = JSON.stringify(payload) ?? 'null';
    if (Buffer.byteLength(event) > MAX_REQUEST_BYTES) {
      const reason = `Request must be smaller than ${MAX_REQUEST_BYTES} bytes for the InvokeFunction operation`;
      return failed('too-large', 'RequestTooLargeException', reason);
    }
    if (throttled(spec)) return failed('throttled', 'TooManyRequestsException', 'Rate Exceeded.');
    running.push(spec);
    invocations.push(spec.functionName);
    const result = await activity.during(run(spec, event));
    running.splice(running.indexOf(spec), 1);
    return result;
  }

  return {
    invoke,
    /** The function of each invocation that was not refused. */
    invocations,
    /** Kills one execution environment at once (a fault), as an out-of-memory kill would. */
    kill: (environmentId: string) => {
      for (const environment of alive()) if (environment.id === environmentId) environment.kill();
    },
    /** The execution environments, idle and busy. */
    environments: () =>
      alive().map(({ id: environmentId, spec: { functionName }, state }) => {
        return { functionName, environmentId, busy: state !== 'idle' };
      }),
    /** Running invocations, of one function or of all. */
    inFlight: (name?: string) =>
      running.filter(({ functionName }) => functionName === (name ?? functionName)).length,
    /** Resolves when no invocation is running. */
    idle: () => activity.idle(),
    async stop(): Promise<void> {
      stopped = true;
      wake();
      for (const environment of environments) environment.kill();
      await Promise.all([...environments].map(({ ended }) => ended));
    },
  };
}

/** The result of an environment, its JSON text parsed. */
function parsed(result: InvokeResult): InvokeResult {
  if (!result.ok) return result;
  const text = result.payload as string;
  const bytes = Buffer.byteLength(text);
  if (bytes <= MAX_RESPONSE_BYTES) return { ok: true, payload: JSON.parse(text) };
  const reason = `Response payload size (${bytes} bytes) exceeded maximum allowed payload size (${MAX_RESPONSE_BYTES} bytes).`;
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

/** The concurrency for functions without a reservation. AWS requires 100 for them, or all of a smaller account. */
function unreservedConcurrency(specs: readonly FunctionSpec[], account = Number.POSITIVE_INFINITY): number {
  const left = account - specs.reduce((sum, spec) => sum + (spec.reservedConcurrency ?? 0), 0);
  const minimum = Math.min(100, account);
  if (left >= minimum) return left;
  throw new StartError(
    `Specified ReservedConcurrentExecutions decreases the account's UnreservedConcurrentExecution below its minimum value of [${minimum}].`,
  );
}
