import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { DecryptCommand, GenerateDataKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import { timeouts } from './timeouts.ts';

/** A text encrypted with its own data key (`key`), which is encrypted by KMS. All base64. */
export interface Sealed {
  readonly key: string;
  readonly iv: string;
  readonly tag: string;
  readonly data: string;
}

/** What a secret belongs to. KMS and the cipher refuse to decrypt it with another context. */
export type SealContext = Readonly<Record<string, string>>;

/** Encrypts secrets before they are stored (I-6). */
export interface Vault {
  seal(text: string, context: SealContext): Promise<Sealed>;
  open(sealed: Sealed, context: SealContext): Promise<string>;
  /** The same for objects, whose bytes need no base64. */
  sealBytes(bytes: Uint8Array, context: SealContext): Promise<Buffer>;
  openBytes(sealed: Uint8Array, context: SealContext): Promise<Buffer>;
}

/** {@link Sealed} as bytes. */
interface SealedBytes {
  readonly key: Uint8Array;
  readonly iv: Uint8Array;
  readonly tag: Uint8Array;
  readonly data: Uint8Array;
}

const ALGORITHM = 'aes-256-gcm';
const IV_BYTES = 12;
const TAG_BYTES = 16;
/** Of the length of the encrypted key, before it. */
const LENGTH_BYTES = 2;
const associatedData = (context: SealContext): Buffer =>
  Buffer.from(JSON.stringify(Object.entries(context).sort()));

/** Length of the key, key, iv, tag, data. */
const packed = ({ key, iv, tag, data }: SealedBytes): Buffer => {
  const length = Buffer.alloc(LENGTH_BYTES);
  length.writeUInt16BE(key.length);
  return Buffer.concat([length, key, iv, tag, data]);
};

const unpacked = (bytes: Uint8Array): SealedBytes => {
  const all = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const iv = LENGTH_BYTES + all.readUInt16BE();
  const tag = iv + IV_BYTES;
  const data = tag + TAG_BYTES;
  return {
    key: all.subarray(LENGTH_BYTES, iv),
    iv: all.subarray(iv, tag),
    tag: all.subarray(tag, data),
    data: all.subarray(data),
  };
};

/** Envelope encryption: KMS itself encrypts 4 KB at most, and a request body may have 128 KB. */
export const kmsVault = (keyId: string): Vault => {
  const client = new KMSClient({
    requestHandler: timeouts(),
  });
  const encrypt = async (bytes: Uint8Array, context: SealContext): Promise<SealedBytes> => {
    const { Plaintext, CiphertextBlob } = await client.send(
      new GenerateDataKeyCommand({ KeyId: keyId, KeySpec: 'AES_256', EncryptionContext: context }),
    );
    if (!Plaintext || !CiphertextBlob) throw new Error('KMS returned no data key.');
    const iv = randomBytes(IV_BYTES);
    const cipher = createCipheriv(ALGORITHM, Plaintext, iv).setAAD(associatedData(context));
    const data = Buffer.concat([cipher.update(bytes), cipher.final()]);
    return { key: CiphertextBlob, iv, tag: cipher.getAuthTag(), data };
  };
  const decrypt = async ({ key, iv, tag, data }: SealedBytes, context: SealContext): Promise<Buffer> => {
    const { Plaintext } = await client.send(
      new DecryptCommand({ KeyId: keyId, CiphertextBlob: key, EncryptionContext: context }),
    );
    if (!Plaintext) throw new Error('KMS returned no plaintext.');
    const decipher = createDecipheriv(ALGORITHM, Plaintext, iv, { authTagLength: TAG_BYTES })
      .setAAD(associatedData(context))
      .setAuthTag(tag);
    return Buffer.concat([decipher.update(data), decipher.final()]);
  };
  return {
    async seal(text, context) {
      const { key, iv, tag, data } = await encrypt(Buffer.from(text), context);
      const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64');
      return { key: base64(key), iv: base64(iv), tag: base64(tag), data: base64(data) };
    },
    async open({ key, iv, tag, data }, context) {
      const bytes = (text: string) => Buffer.from(text, 'base64');
      const sealed = { key: bytes(key), iv: bytes(iv), tag: bytes(tag), data: bytes(data) };
      return (await decrypt(sealed, context)).toString('utf8');
    },
    sealBytes: async (bytes, context) => packed(await encrypt(bytes, context)),
    openBytes: (sealed, context) => decrypt(unpacked(sealed), context),
  };
};
