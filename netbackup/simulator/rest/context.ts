import type { Clock } from '../clock.ts';
import type { Catalog } from '../domain/catalog.ts';
import type { Job } from '../domain/types.ts';
import type { Random } from '../random.ts';

/** A user of the simulated primary. With `mfaCode`, a login needs a second step. */
export interface RestUser {
  readonly userName: string;
  readonly password: string;
  /** A `viewer` may only read. */
  readonly role: 'administrator' | 'viewer';
  readonly mfaCode?: string;
}

/** What the REST API may do to jobs. */
export interface JobControl {
  readonly runner: {
    cancel(jobId: number): boolean;
    suspend(jobId: number): boolean;
    resume(jobId: number): boolean;
  };
  restart(job: Job): Job;
  manualBackup(policyName: string, client?: string, schedule?: string): Job | undefined;
}

/** What the handlers of the REST API share. */
export interface RestContext {
  readonly clock: Clock;
  readonly random: Random;
  readonly catalog: Catalog;
  readonly jobs: JobControl;
  /** Fully qualified name of the primary, as it stands in links. */
  readonly primaryName: string;
  /** Newest API version that it speaks, as `14.0`. */
  readonly apiVersion: string;
  readonly users: readonly RestUser[];
}

/** One call as a handler sees it. */
export interface Call {
  readonly method: string;
  readonly path: string;
  readonly params: Readonly<Record<string, string>>;
  readonly query: ReadonlyMap<string, string>;
  readonly headers: ReadonlyMap<string, string>;
  /** Negotiated API version as a number: 9 for `9.0`. */
  readonly version: number;
  readonly body: string | undefined;
  /** Who calls; absent on routes that need no authentication. */
  readonly user?: RestUser;
  /** The Authorization header as it came. */
  readonly credential: string;
}

/** What a handler returns. `json` absent: no body. */
export interface Reply {
  readonly status: number;
  readonly json?: unknown;
  readonly text?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Route {
  readonly method: string;
  /** Path below `/netbackup`, with `{name}` for one segment. */
  readonly path: string;
  readonly isOpen?: boolean;
  /** A change: a `viewer` may not. */
  readonly isChange?: boolean;
  handle(call: Call): Reply | Promise<Reply>;
}
