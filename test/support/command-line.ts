/** The commands of `nbwss` that call the HTTP API, run in this process with the deployment's own key. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Command } from 'commander';
import { registerCredential } from '../../bin/nbwss/commands/credential.ts';
import { registerEndpoints } from '../../bin/nbwss/commands/endpoints.ts';
import { registerGroups } from '../../bin/nbwss/commands/groups.ts';
import type { Deployment } from './deployment.ts';

/** @param dir of a file with the key; @returns runs a command, and returns its output */
export const commandLineOf = async (
  { adminKey, cloud }: Pick<Deployment, 'adminKey' | 'cloud'>,
  dir: string,
): Promise<(...args: string[]) => Promise<string>> => {
  const keyFile = join(dir, 'key');
  await writeFile(keyFile, `${adminKey}\n`);
  return async (...args) => {
    const program = new Command();
    registerGroups(program);
    registerEndpoints(program);
    registerCredential(program);
    const printed = jest.spyOn(process.stdout, 'write').mockImplementation(() => true);
    try {
      const api = ['--url', `${cloud.apiUrl}/`, '--key-file', keyFile];
      await program.parseAsync([...args, ...api], { from: 'user' });
      return printed.mock.calls
        .map(([text]) => String(text))
        .join('')
        .trimEnd();
    } finally {
      printed.mockRestore();
    }
  };
};
