/** What `nbwss keys create` refuses before it creates a key. */
import { registerKeys } from '../../../bin/nbwss/keys.ts';
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
