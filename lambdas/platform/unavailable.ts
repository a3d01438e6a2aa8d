/** A service did not do what it was asked, although the request was right: it was throttled, or other writers were faster. */
export class Unavailable extends Error {
  override readonly name = 'Unavailable';
}

export const isUnavailable = (error: unknown): boolean => error instanceof Unavailable;

/**
 * Whether a later attempt may succeed. The SDK marks the errors of all requests that it has sent: responses, time-outs and broken
 * connections. Only a ValidationException stays. An error without the mark is one of our own.
 */
export const isTransient = (error: unknown): boolean => {
  if (!(error instanceof Error) || error.name === 'ValidationException') return false;
  return isUnavailable(error) || '$metadata' in error || error.name === 'CredentialsProviderError';
};
