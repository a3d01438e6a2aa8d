import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { timeouts } from './timeouts.ts';

/** Of a secret that is changed: the text in use, and the one before it. */
export type SecretStage = 'AWSCURRENT' | 'AWSPREVIOUS';

/** A secret that no later attempt can read, until somebody changes it or its permissions. The message has no part of its text. */
export class SecretNotReadable extends Error {
  override readonly name = 'SecretNotReadable';
}

/**
 * Reads the text of a secret by its name or ARN.
 * @returns undefined when there is no secret, or none in this stage
 * @throws SecretNotReadable when it may not be read; other errors may pass
 */
export type ReadSecret = (id: string, stage: SecretStage) => Promise<string | undefined>;

/** https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetSecretValue.html: all but InternalServiceError. */
const LASTING = [
  'AccessDeniedException',
  'DecryptionFailure',
  'InvalidParameterException',
  'InvalidRequestException',
];

export const secretsManager = (): ReadSecret => {
  const client = new SecretsManagerClient({
    requestHandler: timeouts(),
  });
  return async (id, stage) => {
    try {
      const { SecretString } = await client.send(
        new GetSecretValueCommand({ SecretId: id, VersionStage: stage }),
      );
      return SecretString ?? '';
    } catch (error) {
      const { name } = error as Error;
      if (name === 'ResourceNotFoundException') return undefined;
      if (LASTING.includes(name)) throw new SecretNotReadable(`The secret ${id} cannot be read: ${name}.`);
      throw error;
    }
  };
};
