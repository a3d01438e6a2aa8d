import { AwsError } from '../errors.ts';
import type { FaultEffects } from '../faults.ts';
import type { Access } from './iam.ts';
import type { Usage } from './record.ts';

/** The response to a call; `status` is 200 by default, and 0 closes the connection. */
export interface Answer {
  readonly status?: number;
  readonly errorCode?: string;
  /** Sent as JSON, unless there is a `text`. */
  readonly body?: unknown;
  readonly text?: string;
  /** Sent instead of a text. */
  readonly bytes?: Buffer;
  readonly headers?: Readonly<Record<string, string>>;
  readonly usage?: Usage;
}

/** Whether the caller has another permission, on which the answer depends. */
export type May = (access: Access) => boolean;

/** A service behind the front door; `input` is the request as the API reference describes it, in JSON. */
export interface AwsService {
  /** The permissions that the caller needs. @throws AwsError or ZodError for what is not emulated. */
  access(action: string, input: never): readonly Access[];
  /**
   * Runs the request.
   * @throws AwsError with the codes of the service, and the units of the failed call as `usage`.
   */
  call(action: string, input: never, effects: FaultEffects, may: May): Promise<Answer>;
}

/** The error for requests that are not emulated. */
export const notEmulated = (what: string): AwsError =>
  new AwsError('UnknownOperationException', `The local cloud does not emulate ${what}.`);
