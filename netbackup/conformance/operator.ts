/** A NetBackup REST call, as an operator asks an endpoint's application for it. */
export interface Call {
  readonly method: string;
  readonly uri: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly parameters?: string;
}

/** What the operator is told of it. `status` and `body` are NetBackup's, once it has answered. */
export interface CallResult {
  readonly state: string;
  readonly status?: number;
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** The other side of an endpoint: what only its operator can do or see. */
export interface Operator {
  /**
   * Submits a call; resolves without waiting for NetBackup, with the id that its COMMAND REQUEST will have. Like all of
   * these it rejects with {@link Refused}.
   */
  submit(call: Call): Promise<string>;
  /** Resolves when the call has ended, or with how it stands when the time is over. */
  result(commandId: string, withinMs: number): Promise<CallResult>;
  /** Closes NetBackup's connection (GRP-2). */
  disconnect(): Promise<void>;
  /** Whether a job has been stored. */
  knowsJob(jobId: number, withinMs: number): Promise<boolean>;
}

/** The application refused, with this HTTP status; 0 when it could not be reached. */
export class Refused extends Error {
  override readonly name = 'Refused';
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}
