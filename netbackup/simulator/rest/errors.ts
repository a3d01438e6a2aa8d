/** An error response in NetBackup's format. */
export class RestError extends Error {
  override readonly name = 'RestError';
  readonly status: number;
  readonly errorCode: number;

  constructor(status: number, errorCode: number, message: string) {
    super(message);
    this.status = status;
    this.errorCode = errorCode;
  }

  /** The body; before API 4.0 with `details` instead of `errorDetails`. */
  toBody(version: number): Record<string, unknown> {
    const { errorCode, message: errorMessage } = this;
    if (version < 4) return { errorCode, errorMessage, attributeErrors: {}, details: {} };
    return { errorCode, errorMessage, attributeErrors: {}, errorDetails: [] };
  }
}

export const badRequest = (message: string): RestError => new RestError(400, 9400, message);
export const unauthorized = (): RestError =>
  new RestError(401, 8000, 'The user does not have permission to perform the requested operation.');
export const forbidden = (): RestError => new RestError(403, 8000, 'The operation is not allowed.');
export const notFound = (): RestError => new RestError(404, 227, 'No entity was found.');
export const notAcceptable = (): RestError =>
  new RestError(406, 8705, 'The media type in the Accept header is not supported.');
export const conflict = (message: string): RestError => new RestError(409, 226, message);
