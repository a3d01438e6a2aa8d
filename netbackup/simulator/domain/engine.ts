import { every, type Timer } from '../clock.ts';
import { Activities } from './activities.ts';
import type { EngineContext } from './engine-context.ts';
import { ImageKeeper } from './image-keeper.ts';
import { JobRunner } from './job-runner.ts';
import { POLICIES, type Policy } from './policies.ts';
import { utcOffset } from './time-zone.ts';
import type { Job } from './types.ts';

/** Above this rate jobs get shorter in proportion, so that not ever more run at once. */
const FULL_LENGTH_RATE = 30;
const HOUR_MS = 3_600_000;
/** NetBackup keeps jobs for 78 hours. */
const KEEP_JOBS_S = 78 * 3600;
const CLEAN_UP_MS = 12 * HOUR_MS;
/** Arrivals in the night, compared with the day. */
const NIGHT_FACTOR = 2;

/** Lives the days of a NetBackup domain: what starts, how it ends, what becomes of its images. The seed decides all of it. */
export class JobEngine {
  readonly runner: JobRunner;
  readonly #context: EngineContext;
  readonly #images: ImageKeeper;
  readonly #activities: Activities;
  #timer: Timer | undefined;
  #endCleanUp: (() => void) | undefined;
  #rate = 0;

  constructor(context: EngineContext) {
    this.#context = context;
    this.runner = new JobRunner(context.clock, context.catalog);
    this.#images = new ImageKeeper(context, this.runner);
    this.#activities = new Activities(context, this.runner, this.#images);
  }

  /** Starts living: `rate` activities an hour on average (one activity may be a tree of jobs), most of them at night. */
  start(rate: number): void {
    this.stop();
    this.#rate = rate;
    const speed = Math.max(1, rate / FULL_LENGTH_RATE);
    this.#activities.speed = speed;
    this.#images.speed = speed;
    this.#images.backfill(POLICIES);
    this.#endCleanUp = every(this.#context.clock, CLEAN_UP_MS / speed, () => this.#cleanUp());
    this.#next();
  }

  #cleanUp(): void {
    const { catalog, clock, poller } = this.#context;
    this.#images.cleanUp();
    poller.forget(catalog.dropJobs(clock.now() / 1000 - KEEP_JOBS_S));
  }

  /** Stops; jobs that run stay as they are. */
  stop(): void {
    this.#context.clock.clearTimeout(this.#timer);
    this.#endCleanUp?.();
    this.runner.stop();
  }

  /** A policy run by hand, for one client or all. Undefined when there is no such policy or client. */
  manualBackup(policyName: string, client?: string, schedule?: string): Job | undefined {
    const policy = POLICIES.find(({ name }) => name === policyName);
    if (!policy || (client !== undefined && !policy.clients.includes(client))) return undefined;
    return this.#activities.backup(policy, client === undefined ? policy.clients : [client], schedule);
  }

  /** Runs a job that has ended again, as a new job. */
  restart(job: Job): Job {
    return this.#activities.again(job);
  }

  /** Arrivals are random in time: exponential waits, thinned by day. */
  #next(): void {
    const { clock, random } = this.#context;
    const perHour = this.#rate * ((NIGHT_FACTOR * 24) / (10 * NIGHT_FACTOR + 14));
    const waitMs = (-Math.log(1 - random.next()) / perHour) * HOUR_MS;
    this.#timer = clock.setTimeout(() => {
      this.#next();
      if (this.#isNight() || random.chance(1 / NIGHT_FACTOR)) this.#activity();
    }, waitMs);
  }

  #activity(): void {
    const { random } = this.#context;
    const window = this.#isNight() ? 'night' : 'day';
    const isRestore = random.chance(window === 'day' ? 0.15 : 0.01);
    if (isRestore && this.#activities.restore()) return;
    const open = POLICIES.filter((policy) => policy.window === window || policy.window === 'always');
    const policy = random.weighted(open.map((one): [Policy, number] => [one, one.weight]));
    const count = policy.policyType === 'VMWARE' ? random.between(1, 4) : 1;
    const first = random.between(0, policy.clients.length - count);
    const schedule = this.#isWeekend() ? policy.schedules.weekend : policy.schedules.weekday;
    this.#activities.backup(policy, policy.clients.slice(first, first + count), schedule);
  }

  #localTime(): Date {
    const { clock, timeZone } = this.#context;
    const now = clock.now();
    return new Date(now + utcOffset(timeZone, now / 1000) * 1000);
  }

  #isNight(): boolean {
    const hour = this.#localTime().getUTCHours();
    return hour >= 20 || hour < 6;
  }

  #isWeekend(): boolean {
    const day = this.#localTime().getUTCDay();
    return day === 0 || day === 6;
  }
}
