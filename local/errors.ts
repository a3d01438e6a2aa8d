import type { Usage } from './front-door/record.ts';

/** Why the local cloud cannot start, in one sentence; shown without a stack trace. */
export class StartError extends Error {
  override readonly name = 'StartError';
}

/** An error response to an AWS SDK; `code` is its name in the API reference of the service. */
export class AwsError extends Error {
  readonly code: string;
  readonly status: number;
  /** Other members of the body (`CancellationReasons`, `Item`). */
  readonly members: Readonly<Record<string, unknown>>;
  /** The capacity units of the failed call: a failed condition is charged. */
  usage?: Usage;

  constructor(code: string, message: string, status = 400, members: Readonly<Record<string, unknown>> = {}) {
    super(message);
    this.name = code;
    this.code = code;
    this.status = status;
    this.members = members;
  }
}
