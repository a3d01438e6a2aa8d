import { randomBytes, randomUUID } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { Activity } from '../activity.ts';
import type { Clock } from '../clock.ts';
import { StartError } from '../errors.ts';
import type { FunctionSpec, InvokeFailure, InvokeResult, LambdaService, LocalLog } from '../types.ts';
import { type Answer, ExecutionEnvironment } from './environment.ts';
import { environmentVariables } from './variables.ts';

/** Largest synchronous request, bytes (Lambda quotas: 6 MB; 413 RequestTooLargeException above it). */
export const REQUEST_BYTES = 6_291_456;
/** Largest synchronous response, bytes, as Lambda's own error message names it. */
export const RESPONSE_BYTES = 6_291_556;

export interface LambdaOptions {
  /** Variables that the surroundings add to one environment: credentials, Region, endpoints. */
  readonly environmentFor: (spec: FunctionSpec, environmentId: string) => Record<string, string>;
  readonly clock: Clock;
  /** The Node that runs the functions; the present one if left out. */
  readonly nodePath?: string;
  /** Concurrent executions that the account may have over all functions; unlimited if left out. */
  readonly accountConcurrency?: number;
  readonly log: LocalLog;
  /** Each line that a function writes to stdout or stderr. */
  readonly onOutput?: (functionName: string, environmentId: string, line: string) => void;
}

export interface EnvironmentInfo {
  readonly functionName: string;
  readonly environmentId: string;
  readonly busy: boolean;
}

export interface LocalLambdaService extends LambdaService {
  /** Kills one execution environment at once (a fault), as an out-of-memory kill would. */
  kill(environmentId: string): void;
  stop(): Promise<void>;
  /** The execution environments that are alive, warm ones and those at work. */
  environments(): readonly EnvironmentInfo[];
  /** Invocations under way, of one function or of all. */
  inFlight(functionName?: string): number;
  /** Resolves when no invocation is under way (at once, if so now). */
  idle(): Promise<void>;
}

/**
 * Environments that start at one time, over all functions: as many as there are processors. An invocation that waits
 * for one takes whichever is free first, a new or a warm one, as on Lambda. Else a burst would start a process for
 * each of its calls.
 */
const STARTS_AT_ONCE = Math.max(2, availableParallelism());

interface RunningFunction {
  readonly spec: FunctionSpec;
  /** Idle environments, the most recently used last. */
  readonly idle: ExecutionEnvironment[];
  /** Invocations without an environment; `undefined` tells them that there will be none. */
  readonly waiting: ((environment: ExecutionEnvironment | undefined) => void)[];
  starting: number;
  inFlight: number;
}

/**
 * Runs functions as Lambda does: an invocation takes the idle environment that was used last, else starts a new one,
 * else is refused (TooManyRequestsException) by reserved concurrency or by the account's limit.
 * @throws StartError for a runtime that is not Node.js, and for reservations that AWS would refuse to deploy.
 */
export function createLambdaService(
  specs: readonly FunctionSpec[],
  options: LambdaOptions,
): LocalLambdaService {
  const { clock, log } = options;
  const nodePath = options.nodePath ?? process.execPath;
  const functions = new Map<string, RunningFunction>();
  const alive = new Map<string, { environment: ExecutionEnvironment; fn: RunningFunction }>();
  const activity = new Activity();
  let unreservedInFlight = 0;
  let starting = 0;
  let stopped = false;

  for (const spec of specs) {
    if (!spec.runtime.startsWith('nodejs')) {
      throw new StartError(`${spec.logicalId}: runtime ${spec.runtime} is not supported, only nodejs`);
    }
    const fn = { spec, idle: [], waiting: [], starting: 0, inFlight: 0 };
    functions.set(spec.functionName, fn).set(spec.arn, fn);
  }
  const unreserved = unreservedConcurrency(specs, options.accountConcurrency);

  function start(fn: RunningFunction): ExecutionEnvironment {
    const { spec } = fn;
    const id = randomBytes(16).toString('hex');
    const variables = environmentVariables(spec, id, clock.now(), options.environmentFor(spec, id));
    const environment = new ExecutionEnvironment(spec, id, {
      clock,
      nodePath,
      variables,
      onOutput: (line) => options.onOutput?.(spec.functionName, id, line),
      onGone: () => {
        alive.delete(id);
        const at = fn.idle.indexOf(environment);
        if (at >= 0) fn.idle.splice(at, 1);
        log({ source: 'lambda', message: `${spec.functionName}: environment ended`, detail: { id } });
      },
    });
    alive.set(id, { environment, fn });
    log({ source: 'lambda', message: `${spec.functionName}: environment started`, detail: { id } });
    return environment;
  }

  function acquire(fn: RunningFunction): ExecutionEnvironment | Promise<ExecutionEnvironment | undefined> {
    for (let warm = fn.idle.pop(); warm; warm = fn.idle.pop()) if (!warm.gone) return warm;
    return new Promise((resolve) => {
      fn.waiting.push(resolve);
      startWhatIsMissing();
    });
  }

  /** Gives an environment to who waits longest; one that failed to start answers with its failure. */
  function offer(fn: RunningFunction, environment: ExecutionEnvironment): void {
    const waiting = fn.waiting.shift();
    if (waiting) waiting(environment);
    else if (!environment.gone) fn.idle.push(environment);
  }

  function startWhatIsMissing(): void {
    for (const fn of functions.values()) {
      while (!stopped && starting < STARTS_AT_ONCE && fn.waiting.length > fn.starting) {
        starting++;
        fn.starting++;
        const environment = start(fn);
        environment.started.then(() => {
          starting--;
          fn.starting--;
          offer(fn, environment);
          startWhatIsMissing();
        });
      }
    }
  }

  function throttled(fn: RunningFunction): boolean {
    const reserved = fn.spec.reservedConcurrency;
    return reserved === undefined ? unreservedInFlight >= unreserved : fn.inFlight >= reserved;
  }

  /** @returns what ends the count. */
  function countIn(fn: RunningFunction): () => void {
    const by = fn.spec.reservedConcurrency === undefined ? 1 : 0;
    const end = activity.begin();
    fn.inFlight += 1;
    unreservedInFlight += by;
    return () => {
      fn.inFlight -= 1;
      unreservedInFlight -= by;
      end();
    };
  }

  async function invoke(functionNameOrArn: string, payload: unknown): Promise<InvokeResult> {
    const fn = functions.get(functionNameOrArn);
    if (!fn) {
      return failed('error', 'ResourceNotFoundException', `Function not found: ${functionNameOrArn}`);
    }
    if (stopped) return STOPPED;
    const event = JSON.stringify(payload) ?? 'null';
    if (Buffer.byteLength(event) > REQUEST_BYTES) {
      const reason = `Request must be smaller than ${REQUEST_BYTES} bytes for the InvokeFunction operation`;
      return failed('too-large', 'RequestTooLargeException', reason);
    }
    if (throttled(fn)) return failed('throttled', 'TooManyRequestsException', 'Rate Exceeded.');
    const countOut = countIn(fn);
    const environment = await acquire(fn);
    const answer = await environment?.invoke({ requestId: randomUUID(), traceId: traceId(clock), event });
    if (environment && !environment.gone) offer(fn, environment);
    countOut();
    return answer ? resultOf(answer) : STOPPED;
  }

  return {
    invoke,
    kill: (environmentId) => alive.get(environmentId)?.environment.kill(),
    environments: () =>
      [...alive.values()].map(({ environment, fn }) => ({
        functionName: fn.spec.functionName,
        environmentId: environment.id,
        busy: !fn.idle.includes(environment),
      })),
    inFlight: (name) =>
      specs
        .filter(({ functionName }) => name === undefined || name === functionName)
        .reduce((sum, { arn }) => sum + (functions.get(arn)?.inFlight ?? 0), 0),
    idle: () => activity.idle(),
    async stop() {
      stopped = true;
      for (const fn of functions.values()) for (const resolve of fn.waiting.splice(0)) resolve(undefined);
      const running = [...alive.values()].map(({ environment }) => environment);
      for (const environment of running) environment.kill();
      await Promise.all(running.map((environment) => environment.ended));
    },
  };
}

const STOPPED = failed('error', 'ServiceException', 'The local Lambda service has stopped.');

function failed(failure: InvokeFailure, errorType: string, errorMessage: string): InvokeResult {
  return { ok: false, failure, errorType, errorMessage };
}

function resultOf(answer: Answer): InvokeResult {
  if (!('payload' in answer)) return { ok: false, ...answer };
  const bytes = Buffer.byteLength(answer.payload);
  if (bytes > RESPONSE_BYTES) {
    const reason = `Response payload size (${bytes} bytes) exceeded maximum allowed payload size (${RESPONSE_BYTES} bytes).`;
    return failed('too-large', 'Function.ResponseSizeTooLarge', reason);
  }
  return { ok: true, payload: JSON.parse(answer.payload) };
}

/** What is left for functions without a reservation. AWS keeps 100 for them, or all in an account that has less. */
function unreservedConcurrency(specs: readonly FunctionSpec[], account = Number.POSITIVE_INFINITY): number {
  const left = account - specs.reduce((sum, spec) => sum + (spec.reservedConcurrency ?? 0), 0);
  const minimum = Math.min(100, account);
  if (left < minimum) {
    throw new StartError(
      `Specified ReservedConcurrentExecutions decreases the account's UnreservedConcurrentExecution below its minimum value of [${minimum}].`,
    );
  }
  return left;
}

function traceId(clock: Clock): string {
  const seconds = Math.floor(clock.now() / 1000)
    .toString(16)
    .padStart(8, '0');
  const root = `1-${seconds}-${randomBytes(12).toString('hex')}`;
  return `Root=${root};Parent=${randomBytes(8).toString('hex')};Sampled=0`;
}
