import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { DecryptCommand, GenerateDataKeyCommand, KMSClient } from '@aws-sdk/client-kms';

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
}

const ALGORITHM = 'aes-256-gcm';
const associatedData = (context: SealContext): Buffer =>
  Buffer.from(JSON.stringify(Object.entries(context).sort()));

/** Envelope encryption: KMS itself encrypts 4 KB at most, and a request body may have 128 KB. */
export const kmsVault = (keyId: string): Vault => {
  const client = new KMSClient({
    requestHandler: { connectionTimeout: 1_000, requestTimeout: 3_000, throwOnRequestTimeout: true },
  });
  return {
    async seal(text, context) {
      const { Plaintext, CiphertextBlob } = await client.send(
        new GenerateDataKeyCommand({ KeyId: keyId, KeySpec: 'AES_256', EncryptionContext: context }),
      );
      if (!Plaintext || !CiphertextBlob) throw new Error('KMS returned no data key.');
      const iv = randomBytes(12);
      const cipher = createCipheriv(ALGORITHM, Plaintext, iv).setAAD(associatedData(context));
      const data = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
      return {
        key: Buffer.from(CiphertextBlob).toString('base64'),
        iv: iv.toString('base64'),
        tag: cipher.getAuthTag().toString('base64'),
        data: data.toString('base64'),
      };
    },
    async open(sealed, context) {
      const { Plaintext } = await client.send(
        new DecryptCommand({
          KeyId: keyId,
          CiphertextBlob: Buffer.from(sealed.key, 'base64'),
          EncryptionContext: context,
        }),
      );
      if (!Plaintext) throw new Error('KMS returned no plaintext.');
      const decipher = createDecipheriv(ALGORITHM, Plaintext, Buffer.from(sealed.iv, 'base64'))
        .setAAD(associatedData(context))
        .setAuthTag(Buffer.from(sealed.tag, 'base64'));
      return Buffer.concat([decipher.update(Buffer.from(sealed.data, 'base64')), decipher.final()]).toString(
        'utf8',
      );
    },
  };
};
