import { AwsError } from '../errors.ts';
import type { Access } from './iam.ts';
import type { Usage } from './record.ts';

/** What goes back for one call; a `status` of 0 breaks the connection, 200 if left out. */
export interface Answer {
  readonly status?: number;
  readonly errorCode?: string;
  readonly body?: unknown;
  readonly usage?: Usage;
}

/** A service behind the front door; `input` is the request as the API reference describes it, in JSON. */
export interface AwsService {
  /** What the caller must be allowed to do. @throws AwsError or ZodError for what is not emulated. */
  access(action: string, input: never): readonly Access[];
  /**
   * Carries the request out. `partial`: a fault wants the last entry of a batch to fail.
   * @throws AwsError with the service's own codes; `usage` on it counts what the failure cost.
   */
  call(action: string, input: never, partial: boolean): Promise<Answer>;
}

/** The error for whatever is not emulated. */
export const notEmulated = (what: string): AwsError =>
  new AwsError('UnknownOperationException', `The local cloud does not emulate ${what}.`);
