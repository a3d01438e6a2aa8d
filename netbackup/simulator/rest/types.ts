/** A call of NetBackup's REST API, that NBWSS sends for a COMMAND REQUEST (CMD-1). `uri` starts with `/`. */
export interface RestRequest {
  readonly method: string;
  readonly uri: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface RestAnswer {
  readonly status: number;
  /** Names in lower case (CMD-4). */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** The built-in API, or a real primary. Rejects only without a response. */
export interface RestBackend {
  call(request: RestRequest): Promise<RestAnswer>;
}

/** One REST call that was executed. */
export interface LedgerEntry {
  /** Epoch milliseconds. */
  readonly at: number;
  readonly groupId: string;
  readonly commandId: string;
  readonly method: string;
  readonly uri: string;
  /** The request's body; may hold secrets (CMD-6): never print it. */
  readonly body?: string;
  readonly responseCode: number;
}
