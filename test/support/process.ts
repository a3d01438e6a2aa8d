/** A program under test: its output as it comes, and its end. */
import { type ChildProcess, spawn } from 'node:child_process';
import { resolve } from 'node:path';

export const ROOT = resolve(import.meta.dirname, '../..');
/** The real entry. */
export const NBWSS = resolve(ROOT, 'bin/nbwss.cjs');
/** The same in one bundle (`cli-bundle.ts`): a process of it costs a quarter. */
export const BUNDLED_NBWSS = resolve(ROOT, '.local/test/cli/nbwss.mjs');

const running = new Set<Program>();

/** Ends what a failed test has left running: the suite would wait for it without an end. */
export const endPrograms = async (): Promise<void> => {
  for (const program of running) program.child.kill('SIGKILL');
  await Promise.all([...running].map(({ ended }) => ended));
};

export class Program {
  readonly child: ChildProcess;
  output = '';
  /** Resolves with the exit code; null when a signal ended it. */
  readonly ended: Promise<number | null>;
  readonly #waiting = new Set<() => void>();

  constructor(
    args: readonly string[],
    options: { env?: Record<string, string>; cwd?: string; input?: string } = {},
  ) {
    this.child = spawn(process.execPath, args, {
      cwd: options.cwd ?? ROOT,
      env: { ...process.env, ...options.env },
      stdio: [options.input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
    });
    this.child.stdin?.end(options.input);
    for (const stream of [this.child.stdout, this.child.stderr]) {
      stream?.on('data', (chunk: Buffer) => {
        this.output += chunk.toString();
        for (const look of this.#waiting) look();
      });
    }
    this.ended = new Promise((resolve) => {
      running.add(this);
      this.child.once('close', (code) => {
        running.delete(this);
        resolve(code);
        for (const look of this.#waiting) look();
      });
    });
  }

  /** Waits until the output matches. Fails with all of it when the program ends or the time is over first. */
  async says(pattern: RegExp, withinMs = 500_000): Promise<RegExpExecArray> {
    return new Promise((resolve, reject) => {
      const look = () => {
        const found = pattern.exec(this.output);
        if (!found && this.child.exitCode === null) return;
        finish(found);
      };
      const timer = setTimeout(() => finish(null), withinMs);
      const finish = (found: RegExpExecArray | null) => {
        clearTimeout(timer);
        this.#waiting.delete(look);
        if (found) resolve(found);
        else reject(new Error(`${pattern} was not said, but:\n${this.output}`));
      };
      this.#waiting.add(look);
      look();
    });
  }

  /** Asks it to stop, as Ctrl-C does. */
  async interrupt(): Promise<number | null> {
    this.child.kill('SIGINT');
    return this.ended;
  }
}

/** @param input what a pipe into it holds; standard input is empty if not given */
export const nbwss = (args: readonly string[], env: Record<string, string> = {}, input?: string): Program =>
  new Program([BUNDLED_NBWSS, ...args], { env, ...(input === undefined ? {} : { input }) });
