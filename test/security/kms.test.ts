/** A function whose code is the attacker's: KMS decrypts for it only the parts that the function needs. */
import { cp, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { FUNCTIONS, type FunctionName } from '../../lib/functions.ts';
import { ASSEMBLY, type Deployment, startDeployment } from '../support/deployment.ts';
import { PlayedDomain } from '../support/domain.ts';

/** Sends one request to KMS with the credentials of the function. */
const ATTACKER = `
export const handler = async ({ action, input }) => {
  const { AWS_ENDPOINT_URL, AWS_ACCESS_KEY_ID } = process.env;
  const credential = 'Credential=' + AWS_ACCESS_KEY_ID + '/20260101/us-east-1/kms/aws4_request';
  const response = await fetch(AWS_ENDPOINT_URL, {
    method: 'POST',
    headers: {
      'x-amz-target': 'TrentService.' + action,
      'content-type': 'application/x-amz-json-1.1',
      authorization: 'AWS4-HMAC-SHA256 ' + credential + ', Signature=0',
    },
    body: JSON.stringify(input),
  });
  return response.json();
};
`;
const PARTS = ['request', 'body', 'netbackup-credential'] as const;
const NAMES = Object.keys(FUNCTIONS) as FunctionName[];
const context = (part: string | undefined) => ({ groupId: 'berlin', commandId: 'c', ...(part && { part }) });

const folder = `${ASSEMBLY}-attacker-${process.pid}`;
let deployment: Deployment;
let KeyId: string;

beforeAll(async () => {
  await cp(ASSEMBLY, folder, { recursive: true });
  for (const asset of await readdir(folder)) {
    if (asset.startsWith('asset.')) await writeFile(join(folder, asset, 'index.mjs'), ATTACKER);
  }
  deployment = await startDeployment({ assembly: folder });
  const { resources } = deployment.cloud;
  KeyId = Object.values(resources).find(({ type }) => type === 'AWS::KMS::Key')?.physicalId ?? '';
}, 120_000);
afterAll(async () => {
  await deployment.stop();
  await rm(folder, { recursive: true, force: true });
});

/** What KMS answers: `allowed`, or the code of its error. */
const asked = async (name: FunctionName, action: string, input: object): Promise<unknown> => {
  const logicalId = `${name[0]?.toUpperCase()}${name.slice(1)}`;
  const lambda = Object.entries(deployment.cloud.resources).find(
    ([id, { type }]) => type === 'AWS::Lambda::Function' && id.replace(/[0-9A-F]{8}$/, '') === logicalId,
  );
  const result = await deployment.cloud.lambda.invoke(lambda?.[1].physicalId ?? '', {
    action,
    input: { KeyId, ...input },
  });
  if (!result.ok) throw new Error(result.errorMessage);
  const { __type, Plaintext } = result.payload as Record<string, unknown>;
  return Plaintext ? 'allowed' : __type;
};

/** A data key of a part, made by an operator, who may do everything. */
const dataKey = async (part: string | undefined): Promise<unknown> => {
  const { endpointUrl, credentials } = deployment.cloud;
  const response = await fetch(endpointUrl, {
    method: 'POST',
    headers: {
      'x-amz-target': 'TrentService.GenerateDataKey',
      'content-type': 'application/x-amz-json-1.1',
      authorization: `AWS4-HMAC-SHA256 Credential=${credentials.accessKeyId}/20260101/us-east-1/kms/aws4_request, Signature=0`,
    },
    body: JSON.stringify({ KeyId, KeySpec: 'AES_256', EncryptionContext: context(part) }),
  });
  return ((await response.json()) as Record<string, unknown>)['CiphertextBlob'];
};

describe.each(NAMES)('%s', (name) => {
  const declared = FUNCTIONS[name].vault ?? {};

  test.each([...PARTS, 'Request', undefined])('part %s', async (part) => {
    const EncryptionContext = context(part);
    const CiphertextBlob = await dataKey(part);
    const expected = (action: 'Decrypt' | 'GenerateDataKey') =>
      (declared[action] ?? []).some((one) => one === part) ? 'allowed' : 'AccessDeniedException';
    expect(await asked(name, 'Decrypt', { CiphertextBlob, EncryptionContext })).toBe(expected('Decrypt'));
    expect(await asked(name, 'GenerateDataKey', { KeySpec: 'AES_256', EncryptionContext })).toBe(
      expected('GenerateDataKey'),
    );
  });
});

test('only the function that calls NetBackup for clients can decrypt a credential', async () => {
  const EncryptionContext = context('netbackup-credential');
  const CiphertextBlob = await dataKey('netbackup-credential');
  const answers = [];
  for (const name of NAMES) {
    if ((await asked(name, 'Decrypt', { CiphertextBlob, EncryptionContext })) === 'allowed')
      answers.push(name);
  }
  expect(answers).toEqual(['command']);
});

test('the part of another ciphertext does not help', async () => {
  const CiphertextBlob = await dataKey('netbackup-credential');
  for (const part of ['request', 'body']) {
    expect(await asked('command', 'Decrypt', { CiphertextBlob, EncryptionContext: context(part) })).toBe(
      'InvalidCiphertextException',
    );
  }
});

test('what it needs: a request that waits sends its deferred call, which was stored encrypted', async () => {
  const own = await startDeployment();
  try {
    const domain = await PlayedDomain.connect(own, 'deferred');
    const post = { method: 'POST', uri: '/netbackup/admin/jobs/1/cancel', body: '{}' };
    expect((await own.http('POST', '/v1/groups/deferred/commands', { body: post })).json.state).toBe('sent');
    await domain.next();
    const waiting = own.http('GET', '/v1/groups/deferred/netbackup/config/unmeasured');
    // Nothing else sends it: the POST gets no response, and the sweep does not run. After 5 s the POST no longer excludes it.
    const deferred = await domain.next();
    expect(deferred).toMatchObject({ method: 'GET', uri: '/netbackup/config/unmeasured' });
    const decrypts = own.cloud.calls.all.filter(({ action }) => action === 'Decrypt');
    expect(decrypts.map(({ status }) => status)).toContain(200);
    domain.reply(deferred.id, { body: 'sent' });
    expect((await waiting).text).toBe('sent');
  } finally {
    await own.stop();
  }
});
