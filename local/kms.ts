import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { z } from 'zod';
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
export async function createKms({ resolver, store }: ServiceContext): Promise<AwsService> {
  /** By id and by ARN. */
  const keys = new Map<string, Key>();
  for (const { ref, arn } of resolver.all('AWS::KMS::Key')) {
    const key = `kms~${ref}`;
    const [stored] = await store.entries<string>(key);
    const value = stored?.[1] ?? randomBytes(32).toString('base64');
    await store.batch([{ type: 'put', key, value }]);
    const known = { arn, material: Buffer.from(value, 'base64') };
    keys.set(ref, known).set(arn, known);
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
