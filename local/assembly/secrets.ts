import { StartError } from '../errors.ts';

/** The texts of secrets in AWS Secrets Manager, by name or ARN. */
export type Secrets = Readonly<Record<string, string>>;

const REFERENCE = /\{\{resolve:secretsmanager:(.+?):SecretString:([^:}]*):([^:}]*):([^:}]*)\}\}/g;

/**
 * Replaces dynamic references to whole secrets, in the current version
 * (https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/dynamic-references-secretsmanager.html).
 * @throws StartError for a secret that is not given, a member or a version of one, and other dynamic references
 */
export function withSecrets(text: string, secrets: Secrets): string {
  const resolved = text.replace(REFERENCE, (reference, id: string, ...parts: string[]) => {
    const secret = secrets[id];
    if (secret === undefined) throw new StartError(`The secret ${id} is needed, and was not given.`);
    if (parts.slice(0, 3).some((part) => part !== ''))
      throw new StartError(`${reference} is not a whole secret, which the local cloud does not support.`);
    return secret;
  });
  const other = /\{\{resolve:[a-z-]+/.exec(resolved)?.[0];
  if (other) throw new StartError(`${other}… is a reference that the local cloud does not support.`);
  return resolved;
}
