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
const EncryptionContext = { purpose: 'test', group: 'a' };
const newKey = (cloud: LocalCloud, KeyId = cloud.outputs['Data']?.['SecretArn']) =>
  kms(cloud, 'GenerateDataKey', { KeyId, KeySpec: 'AES_256', EncryptionContext });

test('a data key is decrypted with the same context only', async () => {
  const cloud = await startCloud();
  const KeyId = cloud.outputs['Data']?.['SecretArn'];
  const { Plaintext, CiphertextBlob } = await newKey(cloud);
  expect(Buffer.from(String(Plaintext), 'base64')).toHaveLength(32);
  expect(String(CiphertextBlob)).not.toContain(Plaintext);
  const decrypt = (more: object) => kms(cloud, 'Decrypt', { KeyId, CiphertextBlob, ...more });
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

test('keys are found by id and by ARN', async () => {
  const cloud = await startCloud();
  const KeyId = nameOf(cloud, 'Secret');
  const { Plaintext, CiphertextBlob } = await newKey(cloud, KeyId);
  const opened = await kms(cloud, 'Decrypt', { KeyId, CiphertextBlob, EncryptionContext });
  expect(opened).toMatchObject({ Plaintext, KeyId: cloud.outputs['Data']?.['SecretArn'] });
  expect(await newKey(cloud, 'alias/secret')).toEqual({ error: 'NotFoundException' });
});

test.each([
  ['TrentService.Encrypt', { KeyId: 'x', Plaintext: '' }, 'kms:Encrypt'],
  ['TrentService.Decrypt', { CiphertextBlob: '' }, 'KeyId'],
  ['TrentService.GenerateDataKey', { KeyId: 'x', NumberOfBytes: 16 }, 'NumberOfBytes'],
  ['AmazonSQS.GetQueueAttributes', { QueueUrl: 'x' }, 'sqs:GetQueueAttributes'],
  ['AmazonSQS.SendMessage', { QueueUrl: 'x', MessageBody: 'y', DelaySeconds: 1 }, 'DelaySeconds'],
])('a request that is not emulated is refused by name: %s %j', async (target, input, name) => {
  const { status, body } = await callJson(await startCloud(), target, input);
  expect([status, body['__type']]).toEqual([400, 'UnknownOperationException']);
  expect(body['message']).toMatch(new RegExp(`^The local cloud does not emulate .*${name}`, 's'));
});

test('a request that is not JSON is a serialization error', async () => {
  const { endpointUrl, credentials } = await startCloud();
  const headers = {
    authorization: `AWS4-HMAC-SHA256 Credential=${credentials.accessKeyId}/x`,
    'x-amz-target': 'TrentService.Decrypt',
  };
  const response = await fetch(endpointUrl, { method: 'POST', headers, body: '{"KeyId":' });
  expect([response.status, response.headers.get('x-amzn-errortype')]).toEqual([
    400,
    'SerializationException',
  ]);
});

test('key material is kept in the data directory', async () => {
  const dataDir = await temporaryFolder();
  const first = await startCloud({ dataDir });
  const KeyId = first.outputs['Data']?.['SecretArn'];
  const { Plaintext, CiphertextBlob } = await newKey(first);
  await first.stop();
  const second = await startCloud({ dataDir });
  const opened = await kms(second, 'Decrypt', { KeyId, CiphertextBlob, EncryptionContext });
  expect(opened).toMatchObject({ Plaintext });
});

/** The access key of an execution environment of the Agent function. */
async function agentKey(cloud: LocalCloud): Promise<string> {
  const [self] = await agent(cloud, [{ client: 'self', command: '', input: {} }]);
  return String(self?.['accessKeyId']);
}

test('a function needs its policy and the key’s: the encryption context may decide', async () => {
  const cloud = await startCloud();
  const key = await agentKey(cloud);
  const generate = async (from: LocalCloud, accessKeyId: string, context?: object) => {
    const KeyId = from.outputs['Data']?.['SecretArn'];
    const input = { KeyId, KeySpec: 'AES_256', EncryptionContext: context };
    return (await callJson(from, 'TrentService.GenerateDataKey', input, accessKeyId)).body;
  };
  expect(await generate(cloud, key, { purpose: 'test' })).toHaveProperty('Plaintext');
  expect((await generate(cloud, key, { purpose: 'other' }))['__type']).toBe('AccessDeniedException');
  expect((await generate(cloud, key))['__type']).toBe('AccessDeniedException');
  await cloud.stop();
  const assembly = await editedAssembly((data) =>
    set(data, 'Secret.Properties.KeyPolicy.Statement.0.Principal', {
      AWS: 'arn:aws:iam::000000000000:role/other',
    }),
  );
  const closed = await startCloud({ assembly });
  const denied = await generate(closed, await agentKey(closed), { purpose: 'test' });
  expect(denied['message']).toMatch(/no resource-based policy allows the kms:GenerateDataKey action/);
});

test.each([
  ['aws:PrincipalAccount', '000000000000'],
  ['aws:ResourceAccount', '000000000000'],
  ['aws:RequestedRegion', 'us-east-1'],
  ['kms:CallerAccount', '000000000000'],
  ['kms:EncryptionContextKeys', 'purpose'],
])('a permission can depend on %s', async (name, value) => {
  for (const [wanted, result] of [
    [value, 'Plaintext'],
    ['other', '__type'],
  ]) {
    const assembly = await editedAssembly((_, front) =>
      set(front, 'AgentPolicy.Properties.PolicyDocument.Statement.4.Condition', {
        StringEquals: { [name]: wanted },
      }),
    );
    const cloud = await startCloud({ assembly });
    const KeyId = cloud.outputs['Data']?.['SecretArn'];
    const input = { KeyId, KeySpec: 'AES_256', EncryptionContext };
    const { body } = await callJson(cloud, 'TrentService.GenerateDataKey', input, await agentKey(cloud));
    expect(body).toHaveProperty(result as string);
    await cloud.stop();
  }
});

test('a message is neither empty nor larger than 1 MiB', async () => {
  const cloud = await startCloud();
  const QueueUrl = nameOf(cloud, 'Dead');
  const send = async (MessageBody?: string) =>
    (await callJson(cloud, 'AmazonSQS.SendMessage', { QueueUrl, MessageBody })).body;
  const most = 'ü'.repeat(524_288);
  expect(await send(most)).toHaveProperty('MessageId');
  for (const body of [`${most}x`, '', undefined])
    expect((await send(body))['__type']).toBe('InvalidParameterValue');
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
      Messages?: { Body: string; ReceiptHandle: string }[];
    };
    return Messages;
  };
  await sqs('SendMessage', { MessageBody: 'one' });
  await sqs('SendMessage', { MessageBody: 'two' });
  const first = await bodies();
  expect(first.map(({ Body }) => Body).sort()).toEqual(['one', 'two']);
  expect(await bodies()).toEqual([]);
  clock.advance(30_000);
  const again = await bodies();
  expect(again).toHaveLength(2);
  await sqs('DeleteMessage', { ReceiptHandle: again.find(({ Body }) => Body === 'one')?.ReceiptHandle });
  await cloud.stop();
  cloud = await startCloud({ clock, dataDir });
  expect((await bodies()).map(({ Body }) => Body)).toEqual(['two']);
});
