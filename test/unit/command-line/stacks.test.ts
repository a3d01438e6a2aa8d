import { explainAwsError } from '../../../bin/nbwss/aws-error.ts';
import { optionsIn, outputOf, readStacks } from '../../../bin/nbwss/stacks.ts';
import { type StackServer, startStackServer } from '../../support/stack-server.ts';

const environment = { ...process.env };
let server: StackServer;
beforeAll(async () => {
  server = await startStackServer({
    NbwssData: { KeysTable: 'keys-table' },
    NbwssService: {
      ApiUrl: 'https://api.example.com/',
      Redrive: 'npx nbwss redrive --bucket b --function a:b',
    },
  });
});
beforeEach(() => {
  const keys = { AWS_ACCESS_KEY_ID: 'a', AWS_SECRET_ACCESS_KEY: 's', AWS_REGION: 'eu-central-1' };
  Object.assign(process.env, keys, server.env);
});
afterEach(() => {
  server.fail(undefined);
  process.env = { ...environment };
});
afterAll(() => server.close());

it('reads the outputs of both stacks, and the options in a command line of theirs', async () => {
  const stacks = await readStacks({});
  expect(outputOf(stacks, 'KeysTable')).toBe('keys-table');
  expect(optionsIn(outputOf(stacks, 'Redrive'))).toEqual({ bucket: 'b', function: 'a:b' });
  expect(stacks).toMatchObject({ prefix: 'Nbwss', aws: { region: 'eu-central-1' } });
  expect(() => outputOf(stacks, 'Other')).toThrow(/no output Other. Deploy this version first/);
});

it('says where it has looked when there are no stacks', async () => {
  await expect(readStacks({ prefix: 'Other', region: 'us-east-1' })).rejects.toThrow(
    /no stacks OtherData and OtherService in us-east-1 in the account of your AWS credentials/,
  );
});

it.each([
  [
    'ExpiredToken',
    'The security token included in the request is expired',
    /^Your AWS credentials have expired\. .*\(r-1\)$/,
  ],
  [
    'InvalidClientTokenId',
    'The security token is invalid.',
    /^AWS does not accept your credentials: .*\(r-1\)$/,
  ],
  ['AccessDenied', 'You may not.', /^Your AWS credentials do not permit this: You may not\. \(r-1\)$/],
])('%s is explained in one line, with the id of the request', async (code, message, why) => {
  server.fail([code, message]);
  await expect(readStacks({})).rejects.toThrow(why);
});

it('missing credentials and a missing Region are explained', () => {
  const missing = Object.assign(new Error('Could not load credentials from any providers'), {
    name: 'CredentialsProviderError',
  });
  expect(explainAwsError(missing).message).toMatch(
    /^There are no AWS credentials: Could not load .*Set AWS_PROFILE/,
  );
  expect(explainAwsError(new Error('Region is missing')).message).toBe(
    'No AWS Region is given. Use --region or AWS_REGION.',
  );
});
