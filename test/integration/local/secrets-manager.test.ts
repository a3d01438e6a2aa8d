import type { LocalCloud } from '../../../local/cloud.ts';
import { agent, callJson, startCloud, stopAll } from './support.ts';

afterEach(stopAll);

const read = async (cloud: LocalCloud, input: object, accessKeyId?: string) => {
  const { body } = await callJson(cloud, 'secretsmanager.GetSecretValue', input, accessKeyId);
  return body['SecretString'] ?? body['__type'];
};

test('a secret has its current text, and after a change the previous one', async () => {
  const cloud = await startCloud({ secrets: { key: 'one' } });
  const both = async () => [
    await read(cloud, { SecretId: 'key' }),
    await read(cloud, { SecretId: 'key', VersionStage: 'AWSPREVIOUS' }),
  ];
  expect(await both()).toEqual(['one', 'ResourceNotFoundException']);
  cloud.putSecret('key', 'two');
  expect(await both()).toEqual(['two', 'one']);
  cloud.putSecret('key', 'three');
  expect(await both()).toEqual(['three', 'two']);
  expect(await read(cloud, { SecretId: 'other' })).toBe('ResourceNotFoundException');
  cloud.putSecret('other', 'new');
  expect(await read(cloud, { SecretId: 'other' })).toBe('new');
});

test('a function reads only what its role allows', async () => {
  const cloud = await startCloud({ secrets: { key: 'one' } });
  const [self] = await agent(cloud, [{ client: 'self', command: '', input: {} }]);
  expect(await read(cloud, { SecretId: 'key' }, String(self?.['accessKeyId']))).toBe('AccessDeniedException');
});

test.each([{ VersionId: 'x' }, { VersionStage: 'AWSPENDING' }])('%j is not emulated', async (more) => {
  const cloud = await startCloud({ secrets: { key: 'one' } });
  expect(await read(cloud, { SecretId: 'key', ...more })).toBe('UnknownOperationException');
});
