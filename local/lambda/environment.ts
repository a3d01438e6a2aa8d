import { spawn } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import type { Clock, Timer } from '../../gateway/clock.ts';
import type { InvokeFailure, InvokeResult } from '../../gateway/types.ts';
import { traceHeader } from '../../gateway/values.ts';
import { eachLine } from '../lines.ts';
import type { FunctionSpec } from '../types.ts';
import { environmentVariables } from './variables.ts';

const BOOTSTRAP = fileURLToPath(new URL('./bootstrap.mjs', import.meta.url));
/** "The Init phase is limited to 10 seconds" (Lambda developer guide, execution environment lifecycle). */
const INIT_MS = 10_000;
/**
 * Options for many short-lived processes. `vm.SourceTextModule` is experimental; its warning would be in the function's output. TurboFan takes
 * longer than it saves in them, so the compilers before it must do (`--max-opt=2`).
 */
const CODE_CACHE_FLAGS = [
  '--experimental-vm-modules',
  '--disable-warning=ExperimentalWarning',
  '--max-opt=2',
];

export interface EnvironmentOptions {
  /** Variables that the local cloud adds to an environment: credentials, Region, endpoints. */
  readonly environmentFor: (spec: FunctionSpec, environmentId: string) => Record<string, string>;
  readonly clock: Clock;
  /** Names that lead to an address of this machine in the functions, overriding DNS. */
  readonly hostNames?: { readonly names: readonly string[]; readonly address: string };
  /** The folder of compiled code that later cold starts use; a user who can write to it can change what runs. */
  readonly codeCache?: string;
  /** The Node.js that runs the functions; the current one by default. */
  readonly nodePath?: string;
  /** Each line that a function writes to stdout or stderr. */
  readonly onOutput?: (functionName: string, environmentId: string, line: string) => void;
}

export type ExecutionEnvironment = ReturnType<typeof startEnvironment>;

export function failed(failure: InvokeFailure, errorType: string, errorMessage: string): InvokeResult {
  return { ok: false, failure, errorType, errorMessage };
}

/**
 * Starts a child process with only the function's variables, for an invocation that follows immediately. It ends after a
 * time-out or a crash.
 */
export function startEnvironment(spec: FunctionSpec, options: EnvironmentOptions, onStarted: () => void) {
  const { clock, nodePath = process.execPath, onOutput, hostNames, codeCache } = options;
  const id = randomBytes(16).toString('hex');
  const remainingMs = spec.timeoutSeconds * 1000;
  let state: 'starting' | 'idle' | 'busy' | 'ended' = 'starting';
  let request = { requestId: '', event: '' };
  let timer: Timer | undefined;
  let settle: (result: InvokeResult) => void = () => {};

  const args = [
    `--max-old-space-size=${spec.memoryMb}`,
    ...(codeCache ? CODE_CACHE_FLAGS : []),
    BOOTSTRAP,
    JSON.stringify({ hostNames, codeCache }),
  ];
  const child = spawn(nodePath, args, {
    cwd: spec.codeDir,
    env: environmentVariables(spec, id, clock.now(), options.environmentFor(spec, id)),
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    // Its own process group: Ctrl-C does not reach it, and a kill also ends the processes that it started.
    detached: process.platform !== 'win32',
  });
  const closed = new Promise<void>((resolve) => child.once('close', () => resolve()));
  for (const output of [child.stdout as Readable, child.stderr as Readable]) {
    eachLine(output, (line) => onOutput?.(spec.functionName, id, line));
  }
  child.on('message', ({ result, last }: { result?: InvokeResult; last?: true }) => {
    if (state === 'ended') return;
    if (last) kill();
    if (result) finishAfterOutput(result);
    else {
      state = 'busy';
      begin();
      onStarted();
    }
  });
  child.once('error', (error) => end('error', 'Runtime.ExitError', error.message));
  child.once('exit', (code, signal) => {
    const how = signal ? 'with error: signal: killed' : `with error: exit status ${code}`;
    end('crash', 'Runtime.ExitError', `Runtime exited ${code === 0 ? 'without providing a reason' : how}`);
  });

  function begin(): void {
    startTimeout(remainingMs);
    const now = clock.now();
    const traceId = `${traceHeader(now)};Parent=${randomBytes(8).toString('hex')};Sampled=0`;
    // If the message does not arrive, the exit of the process is reported.
    child.send({ ...request, traceId, now, remainingMs, functionArn: spec.arn }, () => {});
  }

  function startTimeout(ms: number): void {
    clock.clearTimeout(timer);
    const reason = `Task timed out after ${spec.timeoutSeconds.toFixed(2)} seconds`;
    timer = clock.setTimeout(() => end('timeout', 'Sandbox.Timedout', reason), ms);
  }

  function finish(result: InvokeResult): void {
    clock.clearTimeout(timer);
    settle(result);
  }

  /** The process writes its output before its result, but through other pipes: two rounds of the event loop read what is in them. */
  function finishAfterOutput(result: InvokeResult): void {
    clock.clearTimeout(timer);
    const resolve = settle;
    settle = () => {};
    setImmediate(() =>
      setImmediate(() => {
        if (state !== 'ended') state = 'idle';
        resolve(result);
      }),
    );
  }

  function end(failure: InvokeFailure, errorType: string, reason: string): void {
    kill();
    finish(failed(failure, errorType, `RequestId: ${request.requestId} Error: ${reason}`));
  }

  function kill(): void {
    state = 'ended';
    try {
      process.kill(-(child.pid as number), 'SIGKILL');
    } catch {
      child.kill('SIGKILL');
    }
  }

  return {
    id,
    spec,
    get state() {
      return state;
    },
    /** Resolves when the process has ended and its output was read. */
    ended: closed,
    /** Invokes the function, from JSON text to JSON text; never rejects. For an idle environment, or one that was started for the call. */
    invoke(event: string): Promise<InvokeResult> {
      request = { requestId: randomUUID(), event };
      if (state === 'starting') startTimeout(INIT_MS + remainingMs);
      else {
        state = 'busy';
        begin();
      }
      return new Promise((resolve) => {
        settle = resolve;
      });
    },
    kill,
    tellTime: (): void => {
      child.send({ now: clock.now() }, () => {});
    },
  };
}

/** readline (from Node.js 24 on) also ends a line at U+2028, which the JSON of a log line may contain. */
