import type { Clock, Timer } from '../clock.ts';
import type { Catalog } from './catalog.ts';
import type { Job } from './types.ts';

/** A job to run. Durations are in milliseconds. */
export interface JobPlan
  extends Pick<Job, 'jobType' | 'policyName' | 'policyType' | 'scheduleType' | 'clientName' | 'kilobytes'> {
  /** Absent: it is a root. */
  readonly parentJobId?: number;
  readonly assetName?: string;
  readonly queuedMs: number;
  readonly queueReason?: string;
  /** Absent: it stays active until {@link JobRunner.finish}. */
  readonly activeMs?: number;
  /** Exit status of each try; another try follows only when there is another status. */
  readonly statuses: readonly number[];
  onActive?(job: Job): void;
  /** Called when it is DONE, cancelled or not. */
  onDone?(job: Job): void;
}

interface Running {
  readonly plan: JobPlan;
  timer: Timer | undefined;
  activeSince: number;
  leftMs: number | undefined;
}

/** How long a failed try waits for the next. */
const RETRY_MS = 10 * 60_000;
/** Terminated by administrator. */
const CANCELLED = 150;

/** Takes jobs through QUEUED, ACTIVE, SUSPENDED, REQUEUED and DONE, by the clock. */
export class JobRunner {
  readonly #clock: Clock;
  readonly #catalog: Catalog;
  readonly #running = new Map<number, Running>();

  constructor(clock: Clock, catalog: Catalog) {
    this.#clock = clock;
    this.#catalog = catalog;
  }

  /** Queues a job. */
  run(plan: JobPlan): Job {
    const jobId = this.#catalog.nextJobId();
    const now = this.#seconds();
    const { queuedMs, queueReason, activeMs, statuses, onActive, onDone, parentJobId, ...fields } = plan;
    this.#catalog.putJob({
      ...fields,
      jobId,
      parentJobId: parentJobId ?? jobId,
      startTime: now,
      lastUpdateTime: now,
      state: 'QUEUED',
      status: 0,
      currentTry: 1,
      queueReason: queueReason ?? '',
    });
    const running: Running = { plan, timer: undefined, activeSince: 0, leftMs: activeMs };
    this.#running.set(jobId, running);
    running.timer = this.#clock.setTimeout(() => this.#activate(jobId, running), queuedMs);
    return this.#job(jobId);
  }

  /** Ends a job with an exit status. Nothing happens when it has ended. */
  finish(jobId: number, status: number): void {
    const job = this.#catalog.job(jobId);
    if (!job || job.state === 'DONE') return;
    const running = this.#running.get(jobId);
    this.#clock.clearTimeout(running?.timer);
    this.#running.delete(jobId);
    this.#change(jobId, { state: 'DONE', status, queueReason: '', endTime: this.#seconds() });
    running?.plan.onDone?.(this.#job(jobId));
  }

  /** Cancels a job and what runs below it. False when it is done already. */
  cancel(jobId: number): boolean {
    if (this.#catalog.job(jobId)?.state === 'DONE') return false;
    // The job first: what its children's end would start must not start.
    this.finish(jobId, CANCELLED);
    for (const child of this.#catalog.children(jobId)) this.cancel(child.jobId);
    return true;
  }

  /** Suspends an active job. False in any other state. */
  suspend(jobId: number): boolean {
    if (this.#catalog.job(jobId)?.state !== 'ACTIVE') return false;
    const running = this.#running.get(jobId);
    if (running?.timer) {
      this.#clock.clearTimeout(running.timer);
      running.leftMs = (running.leftMs ?? 0) - (this.#clock.now() - running.activeSince);
    }
    this.#change(jobId, { state: 'SUSPENDED' });
    return true;
  }

  /** Resumes a suspended job. False in any other state. */
  resume(jobId: number): boolean {
    if (this.#catalog.job(jobId)?.state !== 'SUSPENDED') return false;
    this.#change(jobId, { state: 'ACTIVE' });
    const running = this.#running.get(jobId);
    if (running) this.#await(jobId, running);
    return true;
  }

  /** Stops all timers; jobs that run stay as they are. */
  stop(): void {
    for (const { timer } of this.#running.values()) this.#clock.clearTimeout(timer);
    this.#running.clear();
  }

  #activate(jobId: number, running: Running): void {
    const { plan } = running;
    this.#change(jobId, { state: 'ACTIVE', queueReason: '' });
    running.leftMs = plan.activeMs;
    this.#await(jobId, running);
    plan.onActive?.(this.#job(jobId));
  }

  #await(jobId: number, running: Running): void {
    running.timer = undefined;
    running.activeSince = this.#clock.now();
    if (running.leftMs === undefined) return;
    running.timer = this.#clock.setTimeout(() => this.#tryEnds(jobId, running), running.leftMs);
  }

  #tryEnds(jobId: number, running: Running): void {
    const { currentTry } = this.#job(jobId);
    const { statuses } = running.plan;
    if (currentTry >= statuses.length) {
      this.finish(jobId, statuses.at(-1) ?? 0);
      return;
    }
    this.#change(jobId, { state: 'REQUEUED', currentTry: currentTry + 1 });
    running.timer = this.#clock.setTimeout(() => this.#activate(jobId, running), RETRY_MS);
  }

  #change(jobId: number, patch: Partial<Job>): void {
    this.#catalog.putJob({ ...this.#job(jobId), ...patch, lastUpdateTime: this.#seconds() });
  }

  #job(jobId: number): Job {
    const job = this.#catalog.job(jobId);
    if (!job) throw new Error(`job ${jobId} is not in the catalog`);
    return job;
  }

  #seconds(): number {
    return Math.floor(this.#clock.now() / 1000);
  }
}
