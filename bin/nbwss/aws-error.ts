/** Explains errors of AWS calls to the person who runs a command. */

const EXPIRED = /^(ExpiredToken(Exception)?|RequestExpired|TokenRefreshRequired)$/;
const MISSING = /^(CredentialsProviderError|TokenProviderError)$/;
const UNKNOWN =
  /^(UnrecognizedClientException|InvalidClientTokenId|InvalidSignatureException|SignatureDoesNotMatch)$/;
const DENIED = /^(AccessDenied(Exception)?|UnauthorizedOperation)$/;

interface AwsError extends Error {
  readonly $metadata?: { readonly requestId?: string };
  readonly code?: string;
}

const sentenceOf = ({ name, message, code }: AwsError): string => {
  if (EXPIRED.test(name) || /expired/i.test(message))
    return 'Your AWS credentials have expired. Sign in again, for example with "aws sso login", and repeat the command.';
  if (MISSING.test(name))
    return `There are no AWS credentials: ${message.replace(/\.$/, '')}. Set AWS_PROFILE, or sign in.`;
  if (UNKNOWN.test(name)) return `AWS does not accept your credentials: ${message}`;
  if (DENIED.test(name)) return `Your AWS credentials do not permit this: ${message}`;
  if (/region is missing/i.test(message)) return 'No AWS Region is given. Use --region or AWS_REGION.';
  return message || code || name;
};

/** One sentence, with the id by which AWS finds the request. */
export const explainAwsError = (error: unknown): Error => {
  if (!(error instanceof Error)) return new Error(String(error));
  const id = (error as AwsError).$metadata?.requestId;
  return new Error(`${sentenceOf(error)}${id ? ` (${id})` : ''}`, { cause: error });
};
