import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { z } from 'zod';
import type { Resolved } from './assembly/intrinsics.ts';
import type { Store } from './dynamodb/store.ts';
import { AwsError } from './errors.ts';
import type { Access } from './front-door/iam.ts';
import { type Answer, type AwsService, notEmulated } from './front-door/service.ts';

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

/** A ciphertext is a nonce, a tag and the text; lengths in bytes. */
const NONCE = 12;
const TAG = 16;
/** The order of the pairs does not matter. */
const authenticated = (context: Request['EncryptionContext']): Buffer =>
  Buffer.from(JSON.stringify(Object.entries(context ?? {}).sort(([a], [b]) => (a < b ? -1 : 1))));

/**
 * Symmetric KMS keys: AES-256-GCM with the encryption context as authenticated data, so that another context does not
 * decrypt. The key material stays in the store.
 */
export class Kms implements AwsService {
  readonly #specs: readonly Resolved<unknown>[];
  readonly #store: Store;
  /** By id and by ARN. */
  readonly #keys = new Map<string, Key>();

  constructor(specs: readonly Resolved<unknown>[], store: Store) {
    this.#specs = specs;
    this.#store = store;
  }

  /** Loads the key material, making it for keys that are new. */
  async resume(): Promise<void> {
    for (const { ref, arn } of this.#specs) {
      const key = `kms~${ref}`;
      const [stored] = await this.#store.entries<string>(key);
      const value = stored?.[1] ?? randomBytes(32).toString('base64');
      await this.#store.batch([{ type: 'put', key, value }]);
      const known = { arn, material: Buffer.from(value, 'base64') };
      this.#keys.set(ref, known).set(arn, known);
    }
  }

  access(action: string, input: Request): readonly Access[] {
    if (!/^(GenerateDataKey|Decrypt)$/.test(action)) throw notEmulated(`kms:${action}`);
    const { KeyId, EncryptionContext = {} } = request.parse(input);
    const context = Object.fromEntries(
      Object.entries(EncryptionContext).map(([name, value]) => [`kms:EncryptionContext:${name}`, [value]]),
    );
    return [{ action: `kms:${action}`, resource: this.#find(KeyId).arn, context }];
  }

  async call(action: string, { KeyId, CiphertextBlob = '', EncryptionContext }: Request): Promise<Answer> {
    const { arn, material } = this.#find(KeyId);
    const context = authenticated(EncryptionContext);
    if (action === 'GenerateDataKey') {
      const plain = randomBytes(32);
      const nonce = randomBytes(NONCE);
      const cipher = createCipheriv('aes-256-gcm', material, nonce).setAAD(context);
      const text = Buffer.concat([cipher.update(plain), cipher.final()]);
      const blob = Buffer.concat([nonce, cipher.getAuthTag(), text]).toString('base64');
      return { body: { KeyId: arn, CiphertextBlob: blob, Plaintext: plain.toString('base64') } };
    }
    const blob = Buffer.from(CiphertextBlob, 'base64');
    try {
      const decipher = createDecipheriv('aes-256-gcm', material, blob.subarray(0, NONCE))
        .setAAD(context)
        .setAuthTag(blob.subarray(NONCE, NONCE + TAG));
      const text = Buffer.concat([decipher.update(blob.subarray(NONCE + TAG)), decipher.final()]);
      return { body: { KeyId: arn, Plaintext: text.toString('base64') } };
    } catch {
      throw new AwsError('InvalidCiphertextException', '');
    }
  }

  #find(KeyId: string): Key {
    const key = this.#keys.get(KeyId);
    if (!key) throw new AwsError('NotFoundException', `No key has the id or ARN ${KeyId}.`);
    return key;
  }
}
