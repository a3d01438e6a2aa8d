import { randomInt } from 'node:crypto';
import { omitUndefined } from '../omit-undefined.ts';
import type { EndpointDetails } from '../wire/endpoint-details.ts';
import { type Clock, every, systemClock, type Timer } from './clock.ts';
import type { Catalog } from './domain/catalog.ts';
import { Domain } from './domain/domain.ts';
import { Emitter } from './events.ts';
import type { Fault } from './faults/fault.ts';
import { delaysMs } from './faults/notifications.ts';
import { fetchCertificate } from './nbwss/certificate.ts';
import { CommandRunner } from './nbwss/command-runner.ts';
import { type ConnectionContext, createContext } from './nbwss/context.ts';
import { EndpointStore, type StoredEndpoint } from './nbwss/endpoint-store.ts';
import { Executor } from './nbwss/executor.ts';
import type { ExactMessage, Notification } from './nbwss/outbox.ts';
import { ServerGroup } from './nbwss/server-group.ts';
import type { PrimaryEvents, RecordedViolation } from './primary-events.ts';
import { primaryListener } from './primary-listener.ts';
import { DEFAULT_NAME, type PrimaryOptions } from './primary-options.ts';
import { Random } from './random.ts';
import type { RestApi } from './rest/api.ts';
import { createRestApi } from './rest/create.ts';
import type { LedgerEntry } from './rest/types.ts';
import { type Scenario, toMessage } from './scenario.ts';

/** Duration of a restart of NetBackup's web service: "minutes" (GRP-5). */
const RESTART_MS = 180_000;
const MAX_SEED = 2 ** 31;
const MAX_VIOLATIONS = 10_000;

/** A simulated NetBackup primary server: NBWSS, the endpoints stored there, its jobs and images, its REST API. */
export class NetBackupPrimary extends Emitter<PrimaryEvents> {
  readonly name: string;
  /** The same seed generates the same workload. */
  readonly seed: number;
  readonly store = new EndpointStore();
  /** The built-in REST API; `sessions.createApiKey` creates a credential without a login. */
  readonly rest: RestApi;
  /** The last 10 000 contract violations of the endpoint, in order. */
  readonly violations: RecordedViolation[] = [];
  readonly #clock: Clock;
  readonly #context: ConnectionContext;
  readonly #domain: Domain;
  readonly #faults: Fault[];
  readonly #executor: Executor;
  readonly #listener: ReturnType<typeof primaryListener>;
  readonly #commands: CommandRunner;
  readonly #groups = new Map<string, ServerGroup>();
  /** Timers of faults. */
  readonly #faultTimers = new Set<Timer>();
  readonly #idleWaiters: (() => void)[] = [];
  #timers: (() => void)[] = [];
  /** For each running scenario the function that ends it. */
  readonly #playing = new Set<() => void>();
  #isRunning = false;

  constructor(options: PrimaryOptions = {}) {
    super();
    this.name = options.name ?? DEFAULT_NAME;
    this.#clock = options.clock ?? systemClock;
    this.#faults = [...(options.faults ?? [])];
    this.seed = options.seed ?? randomInt(MAX_SEED);
    this.#context = createContext(options, {
      clock: this.#clock,
      random: new Random(this.seed),
      faults: this.#faults,
      reconnect: () => this.connectNow(),
      later: (ms, task) => this.#later(ms, task),
    });
    this.#domain = new Domain({
      clock: this.#clock,
      // A separate generator: the workload must not depend on the number of messages.
      random: new Random(this.seed + MAX_SEED),
      assumptions: this.#context.assumptions,
      timeZone: this.#context.quirks.timeZone,
      primaryName: this.name,
    });
    this.rest = createRestApi(
      {
        clock: this.#clock,
        random: this.#context.random,
        catalog: this.catalog,
        jobs: this.#domain.workload,
        primaryName: this.name,
        ...omitUndefined({ apiVersion: options.apiVersion }),
      },
      {
        store: this.store,
        fetchCertificate: options.fetchCertificate ?? fetchCertificate,
        urlOptions: { trusted: this.#context.trusted },
        failure: () => this.#faults.find((fault) => fault.administration)?.administration,
        isListing: () => this.#isRunning,
      },
    );
    this.#executor = new Executor(this.#context.properties.threads);
    this.#listener = primaryListener({
      now: () => this.#clock.now(),
      report: (name, event) => this.#report(name, event),
      run: (connection, message) => this.#commands.run(connection, message),
      deliveryOf: (groupId) => this.#groups.get(groupId)?.delivery,
    });
    this.#commands = new CommandRunner(this.#clock, options.backend ?? this.rest, this.#listener);
    for (const details of options.endpoints ?? []) this.addEndpoint(details);
  }

  /** The last 10 000 REST calls, in the order in which they ended. */
  get ledger(): readonly LedgerEntry[] {
    return this.#commands.ledger;
  }

  /** The jobs and images. */
  get catalog(): Catalog {
    return this.#domain.catalog;
  }

  /** Generates random backups and restores until {@link stop}: `rate` an hour on average, decided by the seed. */
  startWorkload(rate: number): void {
    this.#domain.workload.start(rate);
  }

  /** The number of notifications that are not acknowledged, over all groups. */
  get pending(): number {
    return [...this.#groups.values()].reduce((sum, group) => sum + group.delivery.pending, 0);
  }

  /** Stores an activated endpoint, for the next connection run. Throws DetailsError (ERR-1, ERR-2, ERR-7). */
  addEndpoint(details: EndpointDetails): StoredEndpoint {
    const endpoint = this.store.add(details);
    this.#group(details.groupId);
    return endpoint;
  }

  /** Starts NBWSS, with an immediate connection run. */
  start(): void {
    if (this.#isRunning) return;
    this.#isRunning = true;
    const { properties, assumptions } = this.#context;
    const { connectionPeriodMs, notificationRateMs } = properties;
    this.#timers = [
      every(this.#clock, assumptions.pollMs, () => {
        this.#enqueue(this.#domain.poll());
        this.#checkIdle();
      }),
      every(this.#clock, connectionPeriodMs, () => this.connectNow()),
      every(this.#clock, notificationRateMs, () => {
        for (const group of this.#groups.values()) group.delivery.tick();
      }),
    ];
    this.connectNow();
  }

  /** Closes all connections and stops; unacknowledged notifications are kept for the next start (NOT-5). */
  async stop(): Promise<void> {
    this.#halt('NetBackup stops');
    this.#domain.workload.stop();
    for (const timer of this.#faultTimers) this.#clock.clearTimeout(timer);
    for (const end of [...this.#playing]) end();
    const open = [...this.#groups.values()].filter((group) => group.connection !== undefined);
    if (open.length === 0) return;
    await new Promise<void>((resolve) => {
      const off = this.on('disconnected', () => {
        if (open.some((group) => group.connection !== undefined)) return;
        off();
        resolve();
      });
    });
  }

  /** Restarts NetBackup's web service: closes all connections, and starts again after `downMs` (GRP-5). */
  restart(downMs = RESTART_MS): void {
    this.#halt('NetBackup restarts');
    const timer = this.#clock.setTimeout(() => this.start(), downMs);
    this.#timers = [() => this.#clock.clearTimeout(timer)];
  }

  #halt(reason: string): void {
    for (const end of this.#timers) end();
    this.#timers = [];
    this.#isRunning = false;
    for (const group of this.#groups.values()) group.shutDown(1001, reason);
  }

  /** An additional connection run, now (PRP-7). */
  connectNow(): void {
    if (!this.#isRunning) return;
    for (const groupId of this.store.groupIds()) this.#group(groupId);
    for (const group of [...this.#groups.values()]) {
      group.run();
      const isObsolete = !group.connection && !this.store.groupIds().includes(group.groupId);
      if (isObsolete) this.#groups.delete(group.groupId);
    }
    this.#checkIdle();
  }

  /** Whether the group (without an argument: any group) has an established connection. */
  isConnected(groupId?: string): boolean {
    return [...this.#groups.values()].some(
      (group) => (groupId ?? group.groupId) === group.groupId && group.connection?.isEstablished === true,
    );
  }

  /** Queues notifications for every group; they are delayed (PRP-4), then grouped by kind (NOT-1). */
  notify(items: readonly Notification[]): void {
    this.#domain.record(items.map(({ data, ...kind }) => ({ ...kind, data: [data] })));
    this.#enqueue(items);
  }

  /** Queues one NOTIFICATION REQUEST that is sent unchanged. */
  notifyExactly(message: ExactMessage): void {
    this.#domain.record(message.payload);
    this.#enqueue([message]);
  }

  /** Plays a scenario from now on. Resolves when its last step is queued, or when the primary stops. */
  play(scenario: Scenario): Promise<void> {
    const start = Math.floor(this.#clock.now() / 1000);
    return new Promise<void>((resolve) => {
      let left = scenario.steps.length;
      const timers = scenario.steps.map((step) =>
        this.#clock.setTimeout(() => {
          this.notifyExactly(toMessage(step, scenario.base, start, this.#context.quirks.timeZone));
          if (--left === 0) end();
        }, step.at * 1000),
      );
      const end = (): void => {
        for (const timer of timers) this.#clock.clearTimeout(timer);
        this.#playing.delete(end);
        resolve();
        this.#checkIdle();
      };
      this.#playing.add(end);
    });
  }

  /** Resolves when no scenario is playing, no command is running and every notification has been acknowledged. */
  idle(): Promise<void> {
    return new Promise((resolve) => {
      this.#idleWaiters.push(resolve);
      this.#checkIdle();
    });
  }

  /** Activates a fault; returns the function that ends it. */
  inject(fault: Fault): () => void {
    this.#faults.push(fault);
    return () => {
      const index = this.#faults.indexOf(fault);
      if (index >= 0) this.#faults.splice(index, 1);
    };
  }

  #later(ms: number, task: () => void): void {
    if (!this.#isRunning) return;
    const timer = this.#clock.setTimeout(() => {
      this.#faultTimers.delete(timer);
      task();
    }, ms);
    this.#faultTimers.add(timer);
  }

  #group(groupId: string): ServerGroup {
    const known = this.#groups.get(groupId);
    if (known) return known;
    const group = new ServerGroup(groupId, this.#context, this.store, this.#executor, this.#listener);
    this.#groups.set(groupId, group);
    return group;
  }

  #enqueue(contents: readonly (Notification | ExactMessage)[]): void {
    const dueAt = this.#clock.now() + this.#context.properties.notificationDelayMs;
    const due = contents.flatMap((content) =>
      delaysMs(this.#faults, this.#context).map((delay) => ({ content, dueAt: dueAt + delay })),
    );
    for (const group of this.#groups.values()) for (const entry of due) group.delivery.add(entry);
  }

  #report<Name extends keyof PrimaryEvents>(name: Name, event: PrimaryEvents[Name]): void {
    if (name === 'violation') {
      this.violations.push(event as RecordedViolation);
      if (this.violations.length > MAX_VIOLATIONS) this.violations.shift();
    }
    this.emit(name, event);
    this.#checkIdle();
  }

  #checkIdle(): void {
    if (this.#playing.size > 0 || this.#commands.running > 0 || this.pending > 0) return;
    if (this.#domain.hasPending) return;
    for (const resolve of this.#idleWaiters.splice(0)) resolve();
  }
}
