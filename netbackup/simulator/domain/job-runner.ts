import type { Clock, Timer } from '../clock.ts';
import type { Catalog } from './catalog.ts';
import type { Job } from './types.ts';

/** A job to run. Durations are in milliseconds. */
export interface JobPlan
  extends Pick<Job, 'jobType' | 'policyName' | 'policyType' | 'scheduleType' | 'clientName' | 'kilobytes'> {
  /** Absent for a root. */
  readonly parentJobId?: number;
  readonly assetName?: string;
  readonly queuedMs: number;
  /** Absent: the job stays active until {@link JobRunner.finish}. */
  readonly activeMs?: number;
  /** Exit status after `activeMs`. */
  readonly status: number;
  onActive?(job: Job): void;
  /** Called when the job is DONE, also after a cancellation. */
  onDone?(job: Job): void;
}

interface Running {
  readonly plan: JobPlan;
  timer: Timer | undefined;
  activeSince: number;
  leftMs: number | undefined;
}

/** Terminated by administrator. */
const CANCELLED = 150;

/** Runs jobs: QUEUED, ACTIVE, SUSPENDED, DONE. */
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
    const { queuedMs, activeMs, status: _status, onActive, onDone, parentJobId, ...fields } = plan;
    this.#catalog.putJob({
      ...fields,
      jobId,
      parentJobId: parentJobId ?? jobId,
      startTime: now,
      lastUpdateTime: now,
      state: 'QUEUED',
      status: 0,
    });
    const running: Running = { plan, timer: undefined, activeSince: 0, leftMs: activeMs };
    this.#running.set(jobId, running);
    running.timer = this.#clock.setTimeout(() => this.#activate(jobId, running), queuedMs);
    return this.#job(jobId);
  }

  /** Ends a job with an exit status; has no effect on a job that has ended. */
  finish(jobId: number, status: number): void {
    const job = this.#catalog.job(jobId);
    if (!job || job.state === 'DONE') return;
    const running = this.#running.get(jobId);
    this.#clock.clearTimeout(running?.timer);
    this.#running.delete(jobId);
    this.#change(jobId, { state: 'DONE', status, endTime: this.#seconds() });
    running?.plan.onDone?.(this.#job(jobId));
  }

  /** Cancels a job and its children. False when it is already done. */
  cancel(jobId: number): boolean {
    if (this.#catalog.job(jobId)?.state === 'DONE') return false;
    // The job first, so that the end of its children starts no further jobs.
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
    if (running) this.#startTimer(jobId, running);
    return true;
  }

  /** Stops all timers; running jobs keep their state. */
  stop(): void {
    for (const { timer } of this.#running.values()) this.#clock.clearTimeout(timer);
    this.#running.clear();
  }

  #activate(jobId: number, running: Running): void {
    const { plan } = running;
    this.#change(jobId, { state: 'ACTIVE' });
    running.leftMs = plan.activeMs;
    this.#startTimer(jobId, running);
    plan.onActive?.(this.#job(jobId));
  }

  #startTimer(jobId: number, running: Running): void {
    running.timer = undefined;
    running.activeSince = this.#clock.now();
    if (running.leftMs === undefined) return;
    running.timer = this.#clock.setTimeout(() => this.finish(jobId, running.plan.status), running.leftMs);
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
