import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import type { Clock } from '../clock.ts';
import type { FunctionSpec, InvokeFailure } from '../types.ts';

const BOOTSTRAP = fileURLToPath(new URL('./bootstrap.mjs', import.meta.url));
/** "The Init phase is limited to 10 seconds" (Lambda developer guide, execution environment lifecycle). */
const INIT_MS = 10_000;

export interface Failed {
  readonly failure: InvokeFailure;
  readonly errorType: string;
  readonly errorMessage: string;
}
/** What one invocation came to: the handler's value as JSON text, or why there is none. */
export type Answer = { readonly payload: string } | Failed;

/** One invocation, as it is handed to an environment; `event` is JSON text. */
export interface Invocation {
  readonly requestId: string;
  readonly traceId: string;
  readonly event: string;
}

interface ErrorText {
  readonly errorType: string;
  readonly errorMessage: string;
}
type FromChild = {
  readonly ready?: true;
  readonly payload?: string;
  readonly error?: ErrorText;
  readonly fatal?: ErrorText;
};

/**
 * One Lambda execution environment: a child process with the function's own variables and nothing else. It takes one
 * invocation at a time; who calls {@link invoke} keeps to that. After a time-out or a crash it is `gone`.
 */
export class ExecutionEnvironment {
  readonly id: string;
  /** Settles when the handler was imported, or with why it was not. */
  readonly started: Promise<Answer>;
  /** Settles when the process has ended and its output was read. */
  readonly ended: Promise<void>;
  readonly #spec: FunctionSpec;
  readonly #clock: Clock;
  readonly #child: ChildProcess;
  #settle: ((answer: Answer) => void) | undefined;
  #fatal: ErrorText | undefined;
  #requestId = '';
  #ready = false;
  #gone = false;

  constructor(
    spec: FunctionSpec,
    id: string,
    options: {
      readonly clock: Clock;
      readonly nodePath: string;
      readonly variables: Readonly<Record<string, string>>;
      readonly onOutput: (line: string) => void;
      readonly onGone: () => void;
    },
  ) {
    this.id = id;
    this.#spec = spec;
    this.#clock = options.clock;
    this.#child = spawn(options.nodePath, [`--max-old-space-size=${spec.memoryMb}`, BOOTSTRAP], {
      cwd: spec.codeDir,
      env: { ...options.variables },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      // A process group of its own: Ctrl-C reaches only us, and a kill takes along what the function started.
      detached: process.platform !== 'win32',
    });
    this.started = this.#answer(INIT_MS + spec.timeoutSeconds * 1000);
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      createInterface({ input: stream as Readable }).on('line', options.onOutput);
    }
    this.#child.on('message', (message) => this.#receive(message as FromChild));
    this.ended = new Promise((resolve) => {
      this.#child.once('close', () => resolve());
      this.#child.once('error', (error) => {
        // Only a spawn that failed leaves no `exit` behind it.
        if (this.#child.pid !== undefined) return;
        this.#fatal = { errorType: 'Runtime.ExitError', errorMessage: error.message };
        this.#exited(null, null);
        options.onGone();
        resolve();
      });
    });
    this.#child.once('exit', (code, signal) => {
      this.#exited(code, signal);
      options.onGone();
    });
  }

  get gone(): boolean {
    return this.#gone;
  }

  /** Runs one invocation, after the handler was imported if it is the first. Never rejects. */
  async invoke(invocation: Invocation): Promise<Answer> {
    this.#requestId = invocation.requestId;
    const started = await this.started;
    if (!('payload' in started)) return started;
    const remainingMs = this.#spec.timeoutSeconds * 1000;
    const answer = this.#answer(remainingMs);
    if (this.#gone) this.#exited(null, 'SIGKILL');
    else {
      const now = this.#clock.now();
      this.#child.send({ ...invocation, remainingMs, now, functionArn: this.#spec.arn }, () => {});
    }
    return answer;
  }

  kill(): void {
    this.#gone = true;
    try {
      process.kill(-(this.#child.pid as number), 'SIGKILL');
    } catch {
      this.#child.kill('SIGKILL');
    }
  }

  /** The next thing that the child says, its end, or the time-out. */
  #answer(timeoutMs: number): Promise<Answer> {
    return new Promise((resolve) => {
      const timer = this.#clock.setTimeout(() => {
        this.#settle?.(this.#timedOut());
        this.kill();
      }, timeoutMs);
      this.#settle = (answer) => {
        this.#settle = undefined;
        this.#clock.clearTimeout(timer);
        resolve(answer);
      };
    });
  }

  #receive(message: FromChild): void {
    if (message.fatal) {
      // The caller is told when the process has ended, so that nobody can use it in between.
      this.#fatal = message.fatal;
      this.#gone = true;
    } else if (message.ready) {
      this.#ready = true;
      this.#settle?.({ payload: 'null' });
    } else if (message.error) this.#settle?.({ failure: 'error', ...message.error });
    // Nothing is null, as on Lambda.
    else this.#settle?.({ payload: message.payload ?? 'null' });
  }

  #exited(code: number | null, signal: NodeJS.Signals | null): void {
    this.#gone = true;
    if (this.#fatal) {
      // An import that failed is the function's error; what died later is a crash that left its reason.
      this.#settle?.({ failure: this.#ready ? 'crash' : 'error', ...this.#fatal });
      return;
    }
    const how = signal ? 'signal: killed' : `exit status ${code}`;
    const reason =
      code === 0 ? 'Runtime exited without providing a reason' : `Runtime exited with error: ${how}`;
    const errorMessage = `RequestId: ${this.#requestId} Error: ${reason}`;
    this.#settle?.({ failure: 'crash', errorType: 'Runtime.ExitError', errorMessage });
  }

  #timedOut(): Failed {
    const after = `Task timed out after ${this.#spec.timeoutSeconds.toFixed(2)} seconds`;
    return {
      failure: 'timeout',
      errorType: 'Sandbox.Timedout',
      errorMessage: `RequestId: ${this.#requestId} Error: ${after}`,
    };
  }
}
