import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import type { Resolved } from './assembly/intrinsics.ts';
import type { Store } from './dynamodb/store.ts';
import { AwsError } from './errors.ts';
import type { Access } from './front-door/iam.ts';
import type { Answer, AwsService } from './front-door/service.ts';

type KeySpec = Resolved<unknown>;

interface Request {
  readonly KeyId?: string;
  readonly Plaintext?: string;
  readonly CiphertextBlob?: string;
  readonly EncryptionContext?: Readonly<Record<string, string>>;
  readonly KeySpec?: string;
  readonly NumberOfBytes?: number;
}

const actions = ['Encrypt', 'Decrypt', 'GenerateDataKey', 'GenerateDataKeyWithoutPlaintext', 'DescribeKey'];
/** Encrypt takes at most this many bytes. */
const PLAINTEXT_BYTES = 4096;
const NONCE = 12;
const TAG = 16;
const KEY_ID = 36;

/**
 * Symmetric KMS keys: AES-256-GCM with the encryption context as authenticated data, so that another context does not
 * decrypt. A ciphertext is the key's id (36 characters), nonce, tag and text. The key material stays in the store.
 */
export class Kms implements AwsService {
  readonly #keys: readonly KeySpec[];
  readonly #aliases: readonly Resolved<{ readonly TargetKeyId: string }>[];
  readonly #store: Store;
  readonly #material = new Map<string, Buffer>();

  constructor(
    keys: readonly KeySpec[],
    aliases: readonly Resolved<{ readonly TargetKeyId: string }>[],
    store: Store,
  ) {
    this.#keys = keys;
    this.#aliases = aliases;
    this.#store = store;
  }

  /** Loads the key material, making it for keys that are new. */
  async resume(): Promise<void> {
    for (const { ref: keyId } of this.#keys) {
      const key = `kms~${keyId}`;
      const [stored] = await this.#store.entries<string>(key);
      const material = stored ? Buffer.from(stored[1], 'base64') : randomBytes(32);
      if (!stored) await this.#store.batch([{ type: 'put', key, value: material.toString('base64') }]);
      this.#material.set(keyId, material);
    }
  }

  access(action: string, input: Request): readonly Access[] {
    if (!actions.includes(action)) {
      throw new AwsError('UnsupportedOperationException', `The local cloud does not emulate kms:${action}.`);
    }
    const context = Object.entries(input.EncryptionContext ?? {});
    return [
      {
        action: `kms:${action}`,
        resource: this.#keyOf(input).arn,
        context: {
          'kms:EncryptionContextKeys': context.map(([name]) => name),
          ...Object.fromEntries(context.map(([name, value]) => [`kms:EncryptionContext:${name}`, [value]])),
        },
      },
    ];
  }

  async call(action: string, input: Request): Promise<Answer> {
    const { arn: KeyId, ref: keyId } = this.#keyOf(input);
    switch (action) {
      case 'Encrypt': {
        const plain = Buffer.from(input.Plaintext ?? '', 'base64');
        if (plain.length < 1 || plain.length > PLAINTEXT_BYTES) {
          throw new AwsError('ValidationException', `Plaintext has 1 to ${PLAINTEXT_BYTES} bytes.`);
        }
        return { body: { KeyId, CiphertextBlob: this.#encrypt(keyId, plain, input), EncryptionAlgorithm } };
      }
      case 'Decrypt': {
        const Plaintext = this.#decrypt(keyId, input).toString('base64');
        return { body: { KeyId, Plaintext, EncryptionAlgorithm } };
      }
      case 'DescribeKey':
        return { body: { KeyMetadata: { KeyId: keyId, Arn: KeyId, Enabled: true, KeyState: 'Enabled' } } };
      default: {
        const plain = randomBytes(input.NumberOfBytes ?? (input.KeySpec === 'AES_128' ? 16 : 32));
        const CiphertextBlob = this.#encrypt(keyId, plain, input);
        const shown = action === 'GenerateDataKey' ? { Plaintext: plain.toString('base64') } : {};
        return { body: { KeyId, CiphertextBlob, ...shown } };
      }
    }
  }

  /** The key that the request names (id, ARN or alias), or that the ciphertext does. */
  #keyOf({ KeyId, CiphertextBlob }: Request): KeySpec {
    const name = KeyId?.replace(/^arn:aws:kms:[^:]*:[^:]*:(key\/)?/, '');
    const inside = Buffer.from(CiphertextBlob ?? '', 'base64')
      .subarray(0, KEY_ID)
      .toString();
    const alias = this.#aliases.find((one) => one.ref === name)?.properties.TargetKeyId;
    const id = (alias ?? name ?? inside).replace(/^.*:key\//, '');
    const key = this.#keys.find(({ ref }) => ref === id);
    if (key) return key;
    if (name === undefined) throw new AwsError('InvalidCiphertextException', '');
    throw new AwsError('NotFoundException', `Key '${KeyId}' does not exist`);
  }

  #encrypt(keyId: string, plain: Buffer, { EncryptionContext }: Request): string {
    const nonce = randomBytes(NONCE);
    const cipher = createCipheriv('aes-256-gcm', this.#key(keyId), nonce).setAAD(
      authenticated(EncryptionContext),
    );
    const text = Buffer.concat([cipher.update(plain), cipher.final()]);
    return Buffer.concat([Buffer.from(keyId), nonce, cipher.getAuthTag(), text]).toString('base64');
  }

  #decrypt(keyId: string, { CiphertextBlob, EncryptionContext }: Request): Buffer {
    const blob = Buffer.from(CiphertextBlob ?? '', 'base64');
    if (blob.subarray(0, KEY_ID).toString() !== keyId) {
      const message = 'The key ID in the request does not identify a CMK that can perform this operation.';
      throw new AwsError('IncorrectKeyException', message);
    }
    try {
      const nonce = blob.subarray(KEY_ID, KEY_ID + NONCE);
      const decipher = createDecipheriv('aes-256-gcm', this.#key(keyId), nonce)
        .setAAD(authenticated(EncryptionContext))
        .setAuthTag(blob.subarray(KEY_ID + NONCE, KEY_ID + NONCE + TAG));
      return Buffer.concat([decipher.update(blob.subarray(KEY_ID + NONCE + TAG)), decipher.final()]);
    } catch {
      throw new AwsError('InvalidCiphertextException', '');
    }
  }

  #key(keyId: string): Buffer {
    return this.#material.get(keyId) ?? Buffer.alloc(0);
  }
}

const EncryptionAlgorithm = 'SYMMETRIC_DEFAULT';

/** The order of the pairs does not matter. */
const authenticated = (context: Request['EncryptionContext']): Buffer =>
  Buffer.from(JSON.stringify(Object.entries(context ?? {}).sort(([a], [b]) => (a < b ? -1 : 1))));
