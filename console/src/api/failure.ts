/** A call that did not succeed. */
export class ApiFailure extends Error {
  /** Undefined if no response arrived. */
  readonly status: number | undefined;
  /** The API's stable code, such as `group-not-found`. */
  readonly code: string;
  readonly trackingId: string | undefined;

  constructor(status: number | undefined, code: string, message: string, trackingId?: string) {
    super(message);
    this.status = status;
    this.code = code;
    this.trackingId = trackingId;
  }
}

interface ProblemDetails {
  readonly title?: unknown;
  readonly detail?: unknown;
  readonly code?: unknown;
  readonly trackingId?: unknown;
}

const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

/** @param body the problem details (RFC 9457), or the body of a proxy in between */
export const failureOf = (status: number, body: unknown): ApiFailure => {
  const problem: ProblemDetails = typeof body === 'object' && body !== null ? body : {};
  return new ApiFailure(
    status,
    text(problem.code) ?? 'unexpected-response',
    text(problem.detail) ?? text(problem.title) ?? `HTTP ${status}`,
    text(problem.trackingId),
  );
};
