import type { Clock } from '../clock.ts';
import type { Catalog } from '../domain/catalog.ts';
import type { Job } from '../domain/types.ts';
import type { Random } from '../random.ts';

/** A user of the simulated primary. With `mfaCode`, a login needs a second step. */
export interface RestUser {
  readonly userName: string;
  readonly password: string;
  /** A `viewer` can only read. */
  readonly role: 'administrator' | 'viewer';
  readonly mfaCode?: string;
}

/** Controls jobs. */
export interface JobControl {
  readonly runner: {
    cancel(jobId: number): boolean;
    suspend(jobId: number): boolean;
    resume(jobId: number): boolean;
  };
  restart(job: Job): Job;
  manualBackup(policyName: string, client?: string, schedule?: string): Job | undefined;
}

/** Shared by the handlers of the REST API. */
export interface RestContext {
  readonly clock: Clock;
  readonly random: Random;
  readonly catalog: Catalog;
  readonly jobs: JobControl;
  /** Fully qualified name of the primary, used in links. */
  readonly primaryName: string;
  /** Newest supported API version, for example `14.0`. */
  readonly apiVersion: string;
}

/** One call of a handler. */
export interface Call {
  readonly method: string;
  readonly path: string;
  readonly params: Readonly<Record<string, string>>;
  readonly query: ReadonlyMap<string, string>;
  readonly headers: ReadonlyMap<string, string>;
  /** Negotiated API version as a number: 9 for `9.0`. */
  readonly version: number;
  readonly body: string | undefined;
  /** The user; absent on routes without authentication. */
  readonly user?: RestUser;
  /** The Authorization header. */
  readonly credential: string;
}

/** A handler's response; without `json` and `text` it has no body. */
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
  /** Changes something: not allowed for a `viewer`. */
  readonly isChange?: boolean;
  handle(call: Call): Reply | Promise<Reply>;
}
