import { randomBytes } from 'node:crypto';
import type { Clock } from '../../gateway/clock.ts';
import { deferred } from '../../gateway/deferred.ts';
import type { Log } from '../../gateway/types.ts';
import type { ContainerServiceSpec } from '../assembly/containers.ts';
import type { TargetGroup, TargetState } from '../elb/target-group.ts';
import { StartError } from '../errors.ts';
import type { Callers } from '../front-door/callers.ts';
import { freeAddress } from './addresses.ts';
import { residentBytes } from './memory.ts';
import type { TaskMetadata } from './metadata.ts';
import type { Registry } from './registry.ts';
import { startTask, type Task } from './task.ts';

export interface ServiceOptions {
  readonly callers: Callers;
  readonly metadata: TaskMetadata;
  readonly registry: Registry;
  /** Target groups by ARN. */
  readonly targetGroups: ReadonlyMap<string, TargetGroup>;
  /** Variables for every task: Region, endpoint, certificates. */
  readonly environment: Readonly<Record<string, string>>;
  readonly nodePath?: string | undefined;
  readonly clock: Clock;
  readonly log: Log;
  readonly onLine: (taskId: string, line: string) => void;
}

/** A task as tests see it. */
export interface TaskView {
  readonly id: string;
  /** The name of its service. */
  readonly service: string;
  readonly address: string;
  readonly state: TargetState;
}

interface Running {
  readonly task: Task;
  readonly accessKeyId: string;
  /** The last lines that it wrote. */
  readonly lines: string[];
  state: TargetState;
  stopping: boolean;
}

/** How often a task may end before it is healthy until the start of the service fails. */
const MAX_FAILURES = 3;
/** Detects hangs: how long the first tasks may take to become healthy, ms. */
const START_LIMIT_MS = 120_000;
const SHOWN_LINES = 10;
/** The wait before a task that failed is started again, ms; doubled each time. ECS gives no figure. */
const RETRY_MS = 100;
const MAX_RETRY_MS = 10_000;

export type ContainerService = ReturnType<typeof createContainerService>;

/** A service of ECS: keeps the desired number of tasks running, and replaces tasks as a deployment does. */
export function createContainerService(spec: ContainerServiceSpec, options: ServiceOptions) {
  const { callers, metadata, registry, log } = options;
  const running = new Map<string, Running>();
  let desired = spec.desiredCount;
  let failures = 0;
  /** How the last task that failed ended, and its last lines. */
  let lastWords = 'nothing was written.';
  let stopped = false;
  /** Deployments and changes of the desired number that are under way. */
  let changes = 0;
  let filling = Promise.resolve();
  let changed = deferred();
  const report = (message: string) => log({ source: 'ecs', message: `${spec.serviceName}: ${message}` });
  const present = () => [...running.values()].filter(({ stopping }) => !stopping);

  function wake(): void {
    changed.resolve();
    changed = deferred();
  }

  async function until(holds: () => boolean): Promise<void> {
    while (!holds() && !stopped) await changed.promise;
  }

  async function launch(): Promise<Running> {
    const id = randomBytes(16).toString('hex');
    const address = await freeAddress(spec.ports);
    const caller = { functionName: spec.serviceName, logicalId: spec.logicalId, roleArn: spec.taskRoleArn };
    const credentials = callers.issue(caller, id);
    const facts = { spec, address, startedAt: options.clock.now(), credentials };
    const lines: string[] = [];
    const task = startTask(spec, {
      id,
      address,
      environment: { ...options.environment, ...metadata.add(id, facts) },
      nodePath: options.nodePath,
      now: () => options.clock.now(),
      onLine: (line) => {
        if (lines.push(line) > SHOWN_LINES) lines.shift();
        options.onLine(id, line);
      },
    });
    task.tellTime();
    const { accessKeyId } = credentials;
    const one: Running = { task, accessKeyId, lines, state: 'initial', stopping: false };
    running.set(id, one);
    report(`task ${id} starts at ${address}`);
    for (const { arn, port } of spec.targetGroups) options.targetGroups.get(arn)?.register({ address, port });
    if (spec.targetGroups.length === 0) setState(one, 'healthy');
    void task.ended.then((ending) => onEnded(one, ending));
    return one;
  }

  function onEnded(one: Running, ending: string): void {
    const { id } = one.task;
    running.delete(id);
    leave(one);
    metadata.remove(id);
    callers.delete(one.accessKeyId);
    report(`task ${id} ended: ${ending}`);
    if (one.state === 'initial' && !one.stopping) {
      failures += 1;
      lastWords = [ending, ...one.lines].join('\n');
    }
    if (!one.stopping) void fill();
    wake();
  }

  function leave({ task: { address } }: Running): void {
    for (const { arn } of spec.targetGroups) options.targetGroups.get(arn)?.deregister(address);
    for (const { arn } of spec.registries) registry.deregister(arn, address);
  }

  function setState(one: Running, state: TargetState): void {
    // A task that was not healthy yet is still starting: the grace period.
    if (one.state === 'draining' || stopped || (one.state === 'initial' && state !== 'healthy')) return;
    if (one.state === 'initial') {
      failures = 0;
      for (const { arn, port } of spec.registries)
        registry.register(arn, { address: one.task.address, port });
    }
    one.state = state;
    if (state === 'unhealthy') {
      report(`task ${one.task.id} is unhealthy, and is replaced`);
      void during(replace(one));
    }
    wake();
  }

  /** Starts tasks until there are as many as desired. */
  function fill(): Promise<void> {
    filling = filling.then(async () => {
      while (!stopped && present().length < desired) {
        const wait = failures === 0 ? 0 : Math.min(MAX_RETRY_MS, RETRY_MS * 2 ** failures);
        if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait).unref());
        await launch().catch((error: Error) => {
          failures += 1;
          lastWords = error.message;
          report(lastWords);
        });
        if (failures >= MAX_FAILURES) wake();
      }
    });
    return filling;
  }

  /** Deregisters a task, and stops it. On AWS the deregistration delay of the target group is between the two. */
  async function retire(one: Running): Promise<void> {
    one.stopping = true;
    one.state = 'draining';
    leave(one);
    wake();
    one.task.tellTime();
    await one.task.stop();
  }

  async function replace(one: Running): Promise<void> {
    if (one.stopping) return;
    if (spec.startsFirst && present().length <= desired) {
      // Where there is one loopback address only, two tasks cannot run at the same time.
      const other = await launch().catch((error: Error) => report(error.message));
      if (other) await until(() => other.state === 'healthy' || !running.has(other.task.id));
    }
    await retire(one);
    await fill();
  }

  async function during(change: Promise<unknown>): Promise<void> {
    changes += 1;
    await change.finally(() => {
      changes -= 1;
      wake();
    });
  }

  const isSteady = () =>
    changes === 0 && present().length === desired && present().every(({ state }) => state === 'healthy');
  const steady = () => until(isSteady);

  return {
    spec,
    targetChanged: (address: string, state: TargetState): void => {
      for (const one of running.values()) if (one.task.address === address) setState(one, state);
    },
    /** @throws StartError when the tasks end again and again, or do not become healthy */
    async start(): Promise<void> {
      void fill();
      let late = false;
      const timer = setTimeout(() => {
        late = true;
        wake();
      }, START_LIMIT_MS);
      await until(() => isSteady() || failures >= MAX_FAILURES || late);
      clearTimeout(timer);
      if (!isSteady() && !stopped)
        throw new StartError(`The tasks of ${spec.logicalId} do not become healthy: ${lastWords}`);
    },
    list: (): TaskView[] =>
      [...running.values()].map(({ task: { id, address }, state }) => {
        return { id, address, state, service: spec.serviceName };
      }),
    has: (id: string): boolean => running.has(id),
    /** The memory that each task uses, if this machine reports it. */
    memoryBytes: (): number[] =>
      [...running.values()].flatMap(({ task: { pid } }) => residentBytes(pid) ?? []),
    tellTime: (address?: string): void => {
      for (const { task } of running.values())
        if (task.address === (address ?? task.address)) task.tellTime();
    },
    /** Kills a task (a fault), as a lost machine would. Resolves when it has ended. */
    async kill(id: string): Promise<void> {
      const one = running.get(id);
      if (!one) return;
      if (one.state !== 'initial') one.state = 'draining';
      one.task.kill();
      await one.task.ended;
    },
    /** Replaces a task as a deployment does. Resolves when it has ended, and the service has its tasks again. */
    async stopTask(id: string): Promise<void> {
      const one = running.get(id);
      if (one) await during(replace(one));
      await steady();
    },
    /** Changes the desired number of tasks. Resolves when the service has them. */
    async scale(count: number): Promise<void> {
      desired = count;
      await during(Promise.all(present().slice(count).map(retire)).then(fill));
      await steady();
    },
    /** Resolves when the desired tasks are healthy, and no task is being replaced. */
    steady,
    async stop(): Promise<void> {
      stopped = true;
      wake();
      await filling;
      const tasks = [...running.values()];
      for (const { task } of tasks) task.kill();
      await Promise.all(tasks.map(({ task }) => task.ended));
    },
  };
}
