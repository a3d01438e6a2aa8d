import type { LocalCloud } from '../../../local/cloud.ts';
import { ManualClock } from '../../support/clocks.ts';
import {
  agent,
  callJson,
  editedAssembly,
  nameOf,
  set,
  startCloud,
  stopAll,
  temporaryFolder,
} from './support.ts';

afterEach(stopAll);

const kms = async (cloud: LocalCloud, action: string, input: object) => {
  const { status, body } = await callJson(cloud, `TrentService.${action}`, input);
  return status === 200 ? body : { error: body['__type'] };
};
const Plaintext = Buffer.from('a secret').toString('base64');
const EncryptionContext = { purpose: 'test', group: 'a' };

test('what is encrypted with a context is decrypted with the same context only', async () => {
  const cloud = await startCloud();
  const KeyId = cloud.outputs['Data']?.['SecretArn'];
  const { CiphertextBlob } = await kms(cloud, 'Encrypt', { KeyId, Plaintext, EncryptionContext });
  expect(String(CiphertextBlob)).not.toContain(Plaintext);
  const decrypt = (more: object) => kms(cloud, 'Decrypt', { CiphertextBlob, ...more });
  const reordered = { group: 'a', purpose: 'test' };
  expect(await decrypt({ EncryptionContext: reordered })).toMatchObject({ Plaintext, KeyId });
  for (const context of [{ ...EncryptionContext, group: 'b' }, { purpose: 'test' }, undefined]) {
    expect(await decrypt({ EncryptionContext: context })).toEqual({ error: 'InvalidCiphertextException' });
  }
  const altered = Buffer.from(String(CiphertextBlob), 'base64');
  altered.writeUInt8(altered.readUInt8(altered.length - 1) ^ 1, altered.length - 1);
  expect(await decrypt({ EncryptionContext, CiphertextBlob: altered.toString('base64') })).toEqual({
    error: 'InvalidCiphertextException',
  });
});

test('keys go by id and ARN; data keys come in both forms', async () => {
  const cloud = await startCloud();
  for (const KeyId of [nameOf(cloud, 'Secret'), cloud.outputs['Data']?.['SecretArn']]) {
    const made = await kms(cloud, 'GenerateDataKey', { KeyId, KeySpec: 'AES_256', EncryptionContext });
    expect(Buffer.from(String(made['Plaintext']), 'base64')).toHaveLength(32);
    const { CiphertextBlob } = made;
    const opened = await kms(cloud, 'Decrypt', { CiphertextBlob, EncryptionContext });
    expect(opened['Plaintext']).toBe(made['Plaintext']);
  }
  expect(await kms(cloud, 'Encrypt', { KeyId: 'alias/other', Plaintext })).toEqual({
    error: 'NotFoundException',
  });
  const large = Buffer.alloc(4097).toString('base64');
  expect(await kms(cloud, 'Encrypt', { KeyId: nameOf(cloud, 'Secret'), Plaintext: large })).toEqual({
    error: 'ValidationException',
  });
});

test('key material lasts in the data directory', async () => {
  const dataDir = await temporaryFolder();
  const first = await startCloud({ dataDir });
  const { CiphertextBlob } = await kms(first, 'Encrypt', {
    KeyId: nameOf(first, 'Secret'),
    Plaintext,
    EncryptionContext,
  });
  await first.stop();
  const second = await startCloud({ dataDir });
  expect(await kms(second, 'Decrypt', { CiphertextBlob, EncryptionContext })).toMatchObject({ Plaintext });
});

/** The access key of an execution environment of the Agent function. */
async function agentKey(cloud: LocalCloud): Promise<string> {
  const [self] = await agent(cloud, [{ client: 'self', command: '', input: {} }]);
  return String(self?.['accessKeyId']);
}

test('a function needs its policy and the key’s: the encryption context may decide', async () => {
  const cloud = await startCloud();
  const key = await agentKey(cloud);
  const encrypt = (context: object | undefined) =>
    callJson(
      cloud,
      'TrentService.Encrypt',
      { KeyId: nameOf(cloud, 'Secret'), Plaintext, EncryptionContext: context },
      key,
    );
  expect((await encrypt({ purpose: 'test' })).status).toBe(200);
  expect((await encrypt({ purpose: 'other' })).body['__type']).toBe('AccessDeniedException');
  expect((await encrypt(undefined)).body['__type']).toBe('AccessDeniedException');
  await cloud.stop();
  const assembly = await editedAssembly((data) =>
    set(data, 'Secret.Properties.KeyPolicy.Statement.0.Principal', {
      AWS: 'arn:aws:iam::000000000000:role/other',
    }),
  );
  const closed = await startCloud({ assembly });
  const denied = await callJson(
    closed,
    'TrentService.Encrypt',
    { KeyId: nameOf(closed, 'Secret'), Plaintext, EncryptionContext: { purpose: 'test' } },
    await agentKey(closed),
  );
  expect(denied.body['message']).toMatch(/no resource-based policy allows the kms:Encrypt action/);
});

test('messages are hidden while someone works on them, and gone when deleted, also after a restart', async () => {
  const clock = new ManualClock();
  const dataDir = await temporaryFolder();
  let cloud = await startCloud({ clock, dataDir });
  const QueueUrl = nameOf(cloud, 'Dead');
  const sqs = async (action: string, input: object = {}) =>
    (await callJson(cloud, `AmazonSQS.${action}`, { QueueUrl, ...input })).body;
  const bodies = async () => {
    const { Messages = [] } = (await sqs('ReceiveMessage', { MaxNumberOfMessages: 10 })) as {
      Messages?: { Body: string; ReceiptHandle: string; Attributes: object }[];
    };
    return Messages;
  };
  await sqs('SendMessage', { MessageBody: 'one' });
  await sqs('SendMessage', { MessageBody: 'two' });
  expect(await sqs('GetQueueAttributes', { AttributeNames: ['All'] })).toMatchObject({
    Attributes: { ApproximateNumberOfMessages: '2', VisibilityTimeout: '30' },
  });
  const first = await bodies();
  expect(first.map(({ Body }) => Body).sort()).toEqual(['one', 'two']);
  expect(await bodies()).toEqual([]);
  clock.advance(30_000);
  const again = await bodies();
  expect(again[0]?.Attributes).toMatchObject({ ApproximateReceiveCount: '2' });
  await sqs('DeleteMessage', { ReceiptHandle: again.find(({ Body }) => Body === 'one')?.ReceiptHandle });
  await cloud.stop();
  cloud = await startCloud({ clock, dataDir });
  expect((await bodies()).map(({ Body }) => Body)).toEqual(['two']);
});
