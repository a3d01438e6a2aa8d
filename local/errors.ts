import type { Usage } from './front-door/record.ts';

/** A reason why the local cloud cannot start, in one sentence for a person; shown without a stack trace. */
export class StartError extends Error {
  override readonly name = 'StartError';
}

/** An error that goes back to an AWS SDK: `code` is the name that the service's API reference gives it. */
export class AwsError extends Error {
  readonly code: string;
  readonly status: number;
  /** Further members of the error's body (`CancellationReasons`, `Item`). */
  readonly members: Readonly<Record<string, unknown>>;
  /** What the failed call cost: a condition that fails is paid for. */
  usage?: Usage;

  constructor(code: string, message: string, status = 400, members: Readonly<Record<string, unknown>> = {}) {
    super(message);
    this.name = code;
    this.code = code;
    this.status = status;
    this.members = members;
  }
}
