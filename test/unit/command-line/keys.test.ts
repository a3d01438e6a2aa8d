/** What `nbwss keys create` refuses before it creates a key. */
import { registerKeys } from '../../../bin/nbwss/commands/keys.ts';
import { runCommand } from '../../support/run-command.ts';

const create = (...args: string[]) =>
  runCommand(registerKeys, ['keys', 'create', '--table', 'keys-table', '--scopes', 'read', ...args]);

const environment = { ...process.env };
beforeEach(() => {
  // An AWS client without a Region fails: nothing is stored.
  Object.assign(process.env, { AWS_REGION: '', AWS_CONFIG_FILE: '/nowhere' });
});
afterEach(() => {
  process.env = { ...environment };
});

it('two values of one label, of which the last one would be used', async () => {
  const { exitCode, err } = await create('--labels', 'customer=acme,customer=beta');
  expect([exitCode, err]).toEqual([1, expect.stringContaining('The label customer is given twice.')]);
});

it.each([
  [['--addresses', '10.0.0.0/8,192.0.2.0/24'], 'addresses.0: must be an IPv4 or IPv6 range'],
  [['--addresses', '10.0.0.0/99'], 'addresses.0: must be an IPv4 or IPv6 range'],
  [['--groups', 'berlin, tokyo'], 'groups.1: '],
  [['--description', ''], 'description: '],
])('with AWS credentials what the API refuses: %j', async (args, why) => {
  await expect(create(...args)).rejects.toThrow(`The key is not valid: ${why}`);
});

it('nothing that the API takes', async () => {
  const limits = [
    '--labels',
    'customer=acme',
    '--addresses',
    '10.0.0.0/8',
    '2001:db8::/32',
    '--days',
    '3650',
  ];
  await expect(create(...limits)).rejects.toThrow(/^The key could not be stored: /);
});
