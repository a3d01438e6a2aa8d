/**
 * Stands in for `@aws-sdk/credential-provider-node` in the bundles. A Lambda function gets its role's credentials in the
 * environment, or from the container endpoint (SnapStart): the profile, SSO, process and instance-metadata providers of
 * the default chain can never apply there, yet they are most of its weight.
 */
import { fromHttp } from '@aws-sdk/credential-provider-http';
import type { AwsCredentialIdentity, AwsCredentialIdentityProvider } from '@smithy/types';

const fromEnvironment = (): AwsCredentialIdentity | undefined => {
  const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN } = process.env;
  if (!AWS_ACCESS_KEY_ID || !AWS_SECRET_ACCESS_KEY) return undefined;
  return {
    accessKeyId: AWS_ACCESS_KEY_ID,
    secretAccessKey: AWS_SECRET_ACCESS_KEY,
    ...(AWS_SESSION_TOKEN ? { sessionToken: AWS_SESSION_TOKEN } : {}),
  };
};

/** Same name and shape as the package's: called once by a client, then asked for credentials when they are due. */
export const defaultProvider = (): AwsCredentialIdentityProvider => async () => {
  const credentials = fromEnvironment();
  if (credentials) return credentials;
  return fromHttp({})();
};
