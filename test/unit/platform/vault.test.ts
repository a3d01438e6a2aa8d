import { type DecryptCommand, GenerateDataKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import { kmsVault } from '../../../lambdas/platform/vault.ts';

/** A KMS that binds its data key to the encryption context. */
const fakeKms = () => {
  const key = Buffer.alloc(32, 7);
  jest.spyOn(KMSClient.prototype, 'send').mockImplementation((async (command: object) => {
    if (command instanceof GenerateDataKeyCommand) {
      return { Plaintext: key, CiphertextBlob: Buffer.from(JSON.stringify(command.input.EncryptionContext)) };
    }
    const { input } = command as DecryptCommand;
    const context = Buffer.from(input.CiphertextBlob ?? []).toString();
    if (context !== JSON.stringify(input.EncryptionContext)) throw new Error('InvalidCiphertextException');
    return { Plaintext: key };
  }) as never);
};
const vault = kmsVault('key');
const context = { groupId: 'g', commandId: 'c', part: 'request' };

beforeEach(fakeKms);
afterEach(() => jest.restoreAllMocks());

it.each(['', 'secret', '夜間😀', 'a'.repeat(200_000)])(
  'I-6 opens what it sealed, which does not contain the text (%#)',
  async (text) => {
    const sealed = await vault.seal(text, context);
    expect(await vault.open(sealed, context)).toBe(text);
    if (text) expect(Buffer.from(sealed.data, 'base64').toString()).not.toBe(text);
  },
);

it('I-6 seals the same text differently each time', async () => {
  const text = 'long enough not to be equal by chance';
  expect((await vault.seal(text, context)).data).not.toBe((await vault.seal(text, context)).data);
});

it('I-6 does not open a secret with another context, even if KMS does', async () => {
  const sealed = await vault.seal('secret', context);
  const other = { ...context, commandId: 'd' };
  await expect(vault.open(sealed, other)).rejects.toThrow('InvalidCiphertextException');
  const moved = { ...sealed, key: Buffer.from(JSON.stringify(other)).toString('base64') };
  await expect(vault.open(moved, other)).rejects.toThrow();
});

it('I-6 does not open changed data', async () => {
  const sealed = await vault.seal('secret', context);
  const data = Buffer.from('Secret').toString('base64');
  await expect(vault.open({ ...sealed, data }, context)).rejects.toThrow();
});

it.each([0, 1, 200_000])(
  'I-6 opens the %i bytes that it sealed, and not with another context or changed',
  async (length) => {
    const bytes = Buffer.from(Array.from({ length }, (_, index) => index % 256));
    const sealed = await vault.sealBytes(bytes, context);
    expect((await vault.openBytes(sealed, context)).equals(bytes)).toBe(true);
    if (length > 16) expect(sealed.includes(bytes.subarray(0, 16))).toBe(false);
    await expect(vault.openBytes(sealed, { ...context, commandId: 'd' })).rejects.toThrow();
    const changed = Buffer.from(sealed);
    changed[changed.length - 1] = (changed.at(-1) ?? 0) ^ 1;
    await expect(vault.openBytes(changed, context)).rejects.toThrow();
    await expect(vault.openBytes(sealed.subarray(0, -1), context)).rejects.toThrow();
  },
);
