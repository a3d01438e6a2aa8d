import { createHash, randomUUID } from 'node:crypto';
import { z } from 'zod';
import { AwsError } from './errors.ts';
import { type AwsService, notEmulated } from './front-door/service.ts';
import type { ServiceContext } from './service-context.ts';

const request = z.strictObject({
  SecretId: z.string(),
  VersionStage: z.enum(['AWSCURRENT', 'AWSPREVIOUS']).default('AWSCURRENT'),
});
type Request = z.input<typeof request>;

/** The texts of a secret, the current one first. */
type Texts = readonly [string, string?];

/** The part of Secrets Manager that returns texts (https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetSecretValue.html). */
export function createSecretsManager({ model, secrets }: ServiceContext) {
  const texts = new Map(Object.entries(secrets).map(([id, text]): [string, Texts] => [id, [text]]));
  const arnOf = (id: string): string => {
    if (id.startsWith('arn:')) return id;
    const suffix = createHash('sha256').update(id).digest('hex').slice(0, 6);
    return `arn:aws:secretsmanager:${model.region}:${model.account}:secret:${id}-${suffix}`;
  };

  const service: AwsService = {
    access: (action, input: Request) => {
      if (action !== 'GetSecretValue') throw notEmulated(`secretsmanager:${action}`);
      return [{ action: 'secretsmanager:GetSecretValue', resource: arnOf(request.parse(input).SecretId) }];
    },
    call: async (_action, input: Request) => {
      const { SecretId, VersionStage } = request.parse(input);
      const [current, previous] = texts.get(SecretId) ?? [];
      const SecretString = VersionStage === 'AWSCURRENT' ? current : previous;
      if (SecretString === undefined)
        throw new AwsError(
          'ResourceNotFoundException',
          `Secrets Manager can't find the specified secret value for staging label: ${VersionStage}`,
        );
      const name = { ARN: arnOf(SecretId), Name: SecretId, VersionId: randomUUID() };
      return { body: { ...name, SecretString, VersionStages: [VersionStage] } };
    },
  };
  return {
    service,
    /** Changes a secret, or creates it; its present text becomes the previous one. */
    put: (id: string, text: string): void => {
      const [current] = texts.get(id) ?? [];
      texts.set(id, current === undefined ? [text] : [text, current]);
    },
  };
}
