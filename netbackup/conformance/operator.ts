/** A NetBackup REST call that an operator submits to the endpoint's application. */
export interface Call {
  readonly method: string;
  readonly uri: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly parameters?: string;
}

/** The state of a call. `status`, `headers` and `body` are NetBackup's response. */
export interface CallResult {
  readonly state: string;
  readonly status?: number;
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** The operator's side of an endpoint. All methods reject with {@link OperatorError}. */
export interface Operator {
  /** Submits a call. Resolves with the id of its COMMAND REQUEST, without waiting for NetBackup. */
  submit(call: Call): Promise<string>;
  /** Resolves when the call has ended, or with its state at the timeout. */
  result(commandId: string, timeoutMs: number): Promise<CallResult>;
  /** Closes NetBackup's connection (GRP-2). */
  disconnect(): Promise<void>;
  /** Whether the endpoint has stored a job. */
  hasJob(jobId: number, timeoutMs: number): Promise<boolean>;
}

/** The application refused a request, with this HTTP status; 0 if it could not be reached. */
export class OperatorError extends Error {
  override readonly name = 'OperatorError';
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}
