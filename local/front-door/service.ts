import type { Access } from './iam.ts';
import type { Usage } from './record.ts';

/** What a service gives back for one call. */
export interface Answer {
  readonly status?: number;
  readonly body?: unknown;
  readonly usage?: Usage;
}

/** A service behind the front door. `I` is the request as the API reference describes it, in JSON. */
export interface AwsService {
  /**
   * What the caller must be allowed to do for this request.
   * @throws AwsError for an action that is not emulated or a request that cannot be understood.
   */
  access(action: string, input: never): readonly Access[];
  /**
   * Carries the request out. `partial`: a fault wants the last entry of a batch to fail.
   * @throws AwsError with the service's own codes; `usage` on it counts what the failure cost.
   */
  call(action: string, input: never, partial: boolean): Promise<Answer>;
}
