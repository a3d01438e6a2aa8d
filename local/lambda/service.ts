import { existsSync } from 'node:fs';
import path from 'node:path';
import { Activity } from '../../gateway/activity.ts';
import type { InvokeResult } from '../../gateway/types.ts';
import { StartError } from '../errors.ts';
import { Recorder } from '../front-door/record.ts';
import { type FunctionSpec, isFunction } from '../types.ts';
import { createConcurrency } from './concurrency.ts';
import { failed } from './environment.ts';
import { createPool, type PoolOptions } from './pool.ts';

/** The largest synchronous request (Lambda quotas: 6 MB; 413 RequestTooLargeException above it). */
const MAX_REQUEST_BYTES = 6_291_456;
/** The largest synchronous response, as in Lambda's error message. */
const MAX_RESPONSE_BYTES = 6_291_556;

export interface LambdaOptions extends PoolOptions {
  /** Concurrent executions that the account may have over all functions; 1 000 by default. */
  readonly accountConcurrency?: number;
}

export type LocalLambdaService = ReturnType<typeof createLambdaService>;

/**
 * Runs functions as Lambda does: an invocation uses the idle environment that was used last, or starts a new one. Above
 * the reserved concurrency or the account's limit it is refused (TooManyRequestsException).
 * @throws StartError for code that is not an ES module for Node.js, and for reservations that AWS would refuse.
 */
export function createLambdaService(specs: readonly FunctionSpec[], options: LambdaOptions) {
  for (const spec of specs) checkCode(spec);
  const concurrency = createConcurrency(specs, options.accountConcurrency);
  const pool = createPool(options);
  const invocations = new Recorder<string>();
  const activity = new Activity();

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
    const end = concurrency.begin(spec);
    if (!end) return failed('throttled', 'TooManyRequestsException', 'Rate Exceeded.');
    invocations.push(spec.functionName);
    const result = await activity.during(pool.run(spec, event));
    end();
    return parsed(result);
  }

  return {
    invoke,
    /** The function of each invocation that was not refused. */
    invocations,
    /** Kills one execution environment (a fault), as an out-of-memory kill would. */
    kill: (environmentId: string) => {
      for (const environment of pool.alive()) if (environment.id === environmentId) environment.kill();
    },
    /** Sets the clock of a running function to that of the local cloud. */
    tellTime: (environmentId: string) => {
      for (const environment of pool.alive()) if (environment.id === environmentId) environment.tellTime();
    },
    /** The execution environments, idle and busy. */
    environments: () =>
      pool.alive().map(({ id: environmentId, spec: { functionName }, state }) => {
        return { functionName, environmentId, busy: state !== 'idle' };
      }),
    /** Running invocations, of one function or of all, including those that wait for an environment. */
    inFlight: concurrency.running,
    peak: concurrency.peak,
    throttles: concurrency.throttles,
    /** Resolves when no invocation is running. */
    idle: () => activity.idle(),
    stop: () => pool.stop(),
  };
}

/** The result of an environment, with its JSON text parsed. */
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
