import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { z } from 'zod';
import type { SourcedStatement } from './assembly/access.ts';
import type { CloudModel } from './assembly/model.ts';
import type { Store } from './dynamodb/store.ts';
import { AwsError } from './errors.ts';
import { type AwsService, notEmulated } from './front-door/service.ts';
import type { ServiceContext } from './service-context.ts';

const request = z.strictObject({
  KeyId: z.string(),
  KeySpec: z.literal('AES_256').optional(),
  CiphertextBlob: z.base64().optional(),
  EncryptionContext: z.record(z.string(), z.string()).optional(),
});
type Request = z.infer<typeof request>;

interface Key {
  readonly arn: string;
  readonly material: Buffer;
}

/** The prefix of the keys in the store, by id. */
const PREFIX = 'kms~';
const keyArn = ({ region, account }: CloudModel, id: string): string =>
  `arn:aws:kms:${region}:${account}:key/${id}`;

/**
 * The policies of keys of an earlier assembly, or of tables' keys that no assembly contains. As in every key that the CDK
 * creates, they leave the permissions to the account.
 */
export async function policiesOfOtherKeys(store: Store, model: CloudModel): Promise<SourcedStatement[]> {
  const inAssembly = new Set(
    Object.values(model.resources).map(({ physicalId }) => keyArn(model, physicalId)),
  );
  const left = (await store.entries(PREFIX)).map(([key]) => keyArn(model, key.slice(PREFIX.length)));
  const ofTables = model.tables.flatMap((table) => table.keyArn ?? []);
  return [...new Set([...left, ...ofTables])]
    .filter((arn) => !inAssembly.has(arn))
    .map((arn) => ({
      source: arn,
      statement: {
        Effect: 'Allow',
        Action: 'kms:*',
        Resource: arn,
        Principal: { AWS: `arn:aws:iam::${model.account}:root` },
      },
    }));
}

/** A ciphertext is a nonce, a tag and the encrypted text. */
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
/** The order of the pairs is not significant. */
const authenticatedData = (context: Request['EncryptionContext']): Buffer =>
  Buffer.from(JSON.stringify(Object.entries(context ?? {}).sort(([a], [b]) => (a < b ? -1 : 1))));

/**
 * Symmetric KMS keys: AES-256-GCM with the encryption context as authenticated data, so that decryption
 * needs the same context. The key material is created once, and kept in the store.
 */
export async function createKms({ resolver, model, store }: ServiceContext): Promise<AwsService> {
  /** The keys by id and by ARN. */
  const keys = new Map<string, Key>();
  for (const { ref } of resolver.all('AWS::KMS::Key')) {
    const key = PREFIX + ref;
    const value = (await store.get<string>(key)) ?? randomBytes(32).toString('base64');
    await store.batch([{ type: 'put', key, value }]);
  }
  // Includes keys of an earlier assembly.
  for (const [key, material] of await store.entries<string>(PREFIX)) {
    const id = key.slice(PREFIX.length);
    const arn = keyArn(model, id);
    const known = { arn, material: Buffer.from(material, 'base64') };
    keys.set(id, known).set(arn, known);
  }

  function find(KeyId: string): Key {
    const key = keys.get(KeyId);
    if (!key) throw new AwsError('NotFoundException', `No key has the id or ARN ${KeyId}.`);
    return key;
  }

  return {
    access: (action, input: Request) => {
      if (!/^(GenerateDataKey|Decrypt)$/.test(action)) throw notEmulated(`kms:${action}`);
      const { KeyId, EncryptionContext = {} } = request.parse(input);
      const pairs = Object.entries(EncryptionContext);
      const context = {
        ...Object.fromEntries(pairs.map(([name, value]) => [`kms:EncryptionContext:${name}`, [value]])),
        'kms:EncryptionContextKeys': pairs.map(([name]) => name),
      };
      return [{ action: `kms:${action}`, resource: find(KeyId).arn, context }];
    },
    call: async (action, { KeyId, CiphertextBlob = '', EncryptionContext }: Request) => {
      const { arn, material } = find(KeyId);
      const context = authenticatedData(EncryptionContext);
      if (action === 'GenerateDataKey') {
        const plain = randomBytes(32);
        const CiphertextBlob = encrypted(plain, material, context).toString('base64');
        return { body: { KeyId: arn, CiphertextBlob, Plaintext: plain.toString('base64') } };
      }
      const plain = decrypted(Buffer.from(CiphertextBlob, 'base64'), material, context);
      return { body: { KeyId: arn, Plaintext: plain.toString('base64') } };
    },
  };
}

function encrypted(plain: Buffer, material: Buffer, context: Buffer): Buffer {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv('aes-256-gcm', material, nonce).setAAD(context);
  const text = Buffer.concat([cipher.update(plain), cipher.final()]);
  return Buffer.concat([nonce, cipher.getAuthTag(), text]);
}

/** @throws AwsError InvalidCiphertextException */
function decrypted(blob: Buffer, material: Buffer, context: Buffer): Buffer {
  try {
    const decipher = createDecipheriv('aes-256-gcm', material, blob.subarray(0, NONCE_BYTES))
      .setAAD(context)
      .setAuthTag(blob.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
    return Buffer.concat([decipher.update(blob.subarray(NONCE_BYTES + TAG_BYTES)), decipher.final()]);
  } catch {
    throw new AwsError('InvalidCiphertextException', '');
  }
}
