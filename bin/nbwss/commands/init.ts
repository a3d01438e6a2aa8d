/** `nbwss init`: finds the deployment, creates its first key, and writes both into a profile. */
import { stat } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { printLine, warnLine } from '../../../netbackup/terminal.ts';
import { connectionFileIn, STATE_DIR } from '../account.ts';
import { answerOf, apiClient } from '../api-client.ts';
import { createKeyInTable, DEFAULT_DAYS, daysOf } from '../key-in-table.ts';
import { DEFAULT_PROFILE, type NewProfile, openProfile, type Profile } from '../profile.ts';
import { outputOf, readStacks, type StackOptions, withStacks } from '../stacks.ts';

interface InitOptions extends StackOptions {
  readonly local?: boolean;
  readonly state: string;
  readonly days: number;
  readonly force?: boolean;
}

const userName = (): string => {
  try {
    return userInfo().username;
  } catch {
    return 'a user without a name';
  }
};

/** The profile that is being written says nothing about where the stacks are. */
const cloudProfile = async ({ days, region, stackPrefix: prefix }: InitOptions): Promise<Profile> => {
  const stacks = await readStacks({ region, prefix });
  const url = outputOf(stacks, 'ApiUrl').replace(/\/+$/, '');
  const table = outputOf(stacks, 'KeysTable');
  const description = `nbwss init by ${userName()}`;
  const key = await createKeyInTable(
    table,
    { scopes: ['admin'], groups: ['*'], description, days },
    stacks.aws,
  );
  printLine(`${url} of the stacks ${stacks.prefix}… has a new key, with the scope admin for ${days} days.`);
  return { url, key, ...stacks.aws, stackPrefix: stacks.prefix };
};

const localProfile = async ({ state }: InitOptions): Promise<Profile> => {
  const file = connectionFileIn(state);
  if (!(await stat(file).catch(() => undefined)))
    throw new Error(`There is no ${file}. Run nbwss start, or give its --state folder.`);
  return { state: resolve(state) };
};

/** What is written is kept even if the API cannot be reached yet: its host name may have no DNS entry. */
const checkApi = async (profile: string): Promise<void> => {
  try {
    const api = await apiClient({ profile });
    await answerOf(api.GET('/v1/groups', { params: { query: { limit: 1 } } }));
    const named = profile === DEFAULT_PROFILE ? '' : ` --profile ${profile}`;
    printLine(`The API answers. Next: nbwss status${named}`);
  } catch (error) {
    process.exitCode = 1;
    warnLine(`The profile is written, but the API does not answer: ${(error as Error).message}`);
  }
};

const writeProfile = async (created: NewProfile, read: () => Promise<Profile>): Promise<void> => {
  try {
    await created.write(await read());
  } catch (error) {
    await created.discard();
    throw error;
  }
};

const init = async (options: InitOptions): Promise<void> => {
  const name = options.profile ?? (process.env['NBWSS_PROFILE'] || DEFAULT_PROFILE);
  const created = await openProfile(name, options.force === true);
  await writeProfile(created, () => (options.local ? localProfile(options) : cloudProfile(options)));
  printLine(`The profile ${name} is in ${created.file}, for your user only.`);
  await checkApi(name);
};

/** Adds `nbwss init`. */
export const registerInit = (program: Command): void => {
  withStacks(
    program
      .command('init')
      .description("read the stacks' outputs with your AWS credentials, create a key, write a profile"),
  )
    .option('--local', 'for the deployment that nbwss start runs: no AWS credentials are needed')
    .option('--state <dir>', 'its folder, with --local', STATE_DIR)
    .option('--days <n>', 'days until the key expires', daysOf, DEFAULT_DAYS)
    .option('--force', 'replace the profile')
    .action(init);
};
