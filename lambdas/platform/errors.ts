/** An error that is reported to the caller: an HTTP status, a stable code and a sentence (RFC 9457). */
export class HttpProblem extends Error {
  readonly status: number;
  /** Lower case with dashes; programs may rely on it. */
  readonly code: string;
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, code: string, detail: string, headers: Record<string, string> = {}) {
    super(detail);
    this.name = 'HttpProblem';
    this.status = status;
    this.code = code;
    this.headers = headers;
  }
}
