/**
 * Replaces `@aws-sdk/credential-provider-node` in the bundles. A Lambda function gets its role's credentials from the
 * environment, or from the container endpoint (SnapStart). The other providers of the default chain (profile, SSO, process,
 * instance metadata) are most of its size and never apply.
 */
import { fromHttp } from '@aws-sdk/credential-provider-http';
import type { AwsCredentialIdentity, AwsCredentialIdentityProvider } from '@smithy/types';
import { omitUndefined } from './omit-undefined.ts';

const fromEnvironment = (): AwsCredentialIdentity | undefined => {
  const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN } = process.env;
  if (!AWS_ACCESS_KEY_ID || !AWS_SECRET_ACCESS_KEY) return undefined;
  return omitUndefined({
    accessKeyId: AWS_ACCESS_KEY_ID,
    secretAccessKey: AWS_SECRET_ACCESS_KEY,
    sessionToken: AWS_SESSION_TOKEN || undefined,
  });
};

/** Has the name and type of the package's function: a client calls it once, and its result whenever it needs credentials. */
export const defaultProvider = (): AwsCredentialIdentityProvider => async () => {
  const credentials = fromEnvironment();
  if (credentials) return credentials;
  return fromHttp({})();
};
