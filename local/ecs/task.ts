import { spawn } from 'node:child_process';
import type { Readable } from 'node:stream';
import type { ContainerServiceSpec } from '../assembly/containers.ts';
import { eachLine } from '../lines.ts';

const PRELOAD = new URL('./preload.mjs', import.meta.url).href;

export interface TaskOptions {
  readonly id: string;
  /** The task's own IPv4 address, unless the machine has only one loopback address. */
  readonly address: string;
  /** Variables that ECS adds: credentials, Region, metadata. */
  readonly environment: Readonly<Record<string, string>>;
  /** Node.js that runs it; the current one by default. */
  readonly nodePath?: string | undefined;
  readonly onLine: (line: string) => void;
  readonly now: () => number;
}

/** How a task ended: `exit status 1`, `signal SIGKILL`. */
export type Ending = string;

export type Task = ReturnType<typeof startTask>;

/** Starts the container of a task as a process of this machine, with the container's variables only. */
export function startTask(spec: ContainerServiceSpec, options: TaskOptions) {
  const { id, address, now, onLine } = options;
  const { folder, args, environment } = spec.image;
  const child = spawn(options.nodePath ?? process.execPath, ['--import', PRELOAD, ...args], {
    cwd: folder,
    env: {
      PATH: '/usr/local/bin:/usr/bin:/bin',
      HOSTNAME: `ip-${address.replaceAll('.', '-')}.ec2.internal`,
      // The folder does not exist: otherwise the SDK would read the settings of the current user.
      HOME: '/home/container',
      ...environment,
      ...spec.environment,
      ...options.environment,
    },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    // Its own process group: Ctrl-C does not reach it, and a kill also ends the processes that it started.
    detached: process.platform !== 'win32',
  });
  for (const output of [child.stdout as Readable, child.stderr as Readable]) eachLine(output, onLine);
  let error: Error | undefined;
  child.once('error', (failure) => {
    error = failure;
  });
  let running = true;
  const ended = new Promise<Ending>((resolve) => {
    child.once('close', (code, signal) => {
      running = false;
      resolve(error?.message ?? (signal ? `signal ${signal}` : `exit status ${code}`));
    });
  });

  function send(signal: NodeJS.Signals): void {
    if (!running || child.pid === undefined) return;
    try {
      process.kill(-child.pid, signal);
    } catch {
      child.kill(signal);
    }
  }
  let aheadMs = 0;

  return {
    id,
    address,
    pid: child.pid,
    /** Resolves when the process has ended and its output was read. */
    ended,
    kill: () => send('SIGKILL'),
    /** SIGTERM, then SIGKILL after the container's `StopTimeout`, by the machine's time. */
    async stop(): Promise<Ending> {
      const timer = setTimeout(() => send('SIGKILL'), spec.stopTimeoutSeconds * 1000);
      send('SIGTERM');
      const ending = await ended;
      clearTimeout(timer);
      return ending;
    },
    /** Sets the clock of the task to that of the local cloud, if it was shifted since. */
    tellTime(): void {
      const ahead = now() - Date.now();
      if (Math.abs(ahead - aheadMs) < 1000 || !running) return;
      aheadMs = ahead;
      child.send({ now: now() }, () => {});
    },
  };
}
