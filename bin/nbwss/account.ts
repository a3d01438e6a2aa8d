/** Which deployment a command uses, and with which key. */
import { readFile, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import type { ConnectionFile } from './connection-file.ts';
import { isLocked } from './lock.ts';
import { isOnlyOwnerWriting } from './private-folder.ts';
import { type Profile, readDefaultProfile, readProfile } from './profile.ts';
import { readSecret, secretIn } from './secret-input.ts';

export interface ApiOptions {
  readonly url?: string;
  readonly keyFile?: string;
  readonly profile?: string;
  readonly state?: string;
}

export interface Account {
  /** Without a trailing slash. */
  readonly url: string;
  readonly key: string;
}

/** Selects the key of a local deployment: `admin` changes groups and keys, `client` calls NetBackup. */
export type Role = 'admin' | 'client';

export const STATE_DIR = '.local';

/** The file that `nbwss start --state` writes. */
export const connectionFileIn = (state: string): string => join(resolve(state), 'connection.json');

/** Adds the options that select the deployment, and its key. */
export const withAccount = (command: Command): Command =>
  command
    .option(
      '--url <url>',
      'base URL of the HTTP API (output ApiUrl); default: NBWSS_URL, then the profile or the local deployment',
    )
    .option(
      '--key-file <file>',
      'file with the API key, - for standard input; default: NBWSS_API_KEY with NBWSS_URL, then the key of the profile or of the local deployment',
    )
    .option('--profile <name>', 'what nbwss init has written; default: NBWSS_PROFILE, then default');

/** The same, with the folder of a local deployment. Not for commands that filter by a state. */
export const withApi = (command: Command, state = 'folder of connection.json'): Command =>
  withAccount(command).option('--state <dir>', `${state} (default: ${STATE_DIR})`);

const localConnection = async (file: string): Promise<ConnectionFile> => {
  const found = await stat(file).catch(() => undefined);
  // Keys are sent to the address in it.
  if (found && !isOnlyOwnerWriting(found))
    throw new Error(
      `${file} can be written by other users. Remove it, and run nbwss start in a folder of your own.`,
    );
  try {
    return JSON.parse(await readFile(file, 'utf8')) as ConnectionFile;
  } catch {
    throw new Error(
      `No deployment is given. Use nbwss init, --url or NBWSS_URL, or run nbwss start: ${file} cannot be read.`,
    );
  }
};

/** An empty variable counts as not set. */
const fromEnvironment = (name: string): string | undefined => process.env[name] || undefined;

type Source = { readonly url: string } | Profile;

/** What somebody has named comes first; then what runs in this folder, and what `nbwss init` has written. */
const sourceOf = async ({ url, profile, state }: ApiOptions): Promise<Source> => {
  if (url !== undefined && profile !== undefined) throw new Error('Give --url or --profile, not both.');
  if (url !== undefined) return { url };
  if (profile !== undefined) return readProfile(profile);
  const [named, chosen] = [fromEnvironment('NBWSS_URL'), fromEnvironment('NBWSS_PROFILE')];
  if (named !== undefined) return { url: named };
  if (chosen !== undefined) return readProfile(chosen);
  const local = { state: resolve(state ?? STATE_DIR) };
  const isThere = state !== undefined && (await stat(connectionFileIn(state)).catch(() => undefined));
  if (isThere || isLocked(join(local.state, 'lock'))) return local;
  return (await readDefaultProfile()) ?? local;
};

/**
 * The URL of the API and the key for it. Unless a key is given, both come from the same source, so that no key is sent to the
 * wrong address.
 * @throws Error when the URL or the key is missing
 */
export const accountOf = async (options: ApiOptions, role: Role = 'client'): Promise<Account> => {
  const { keyFile } = options;
  const given = keyFile === undefined ? undefined : await readSecret(keyFile, 'API key');
  const source = await sourceOf(options);
  const account = await accountIn(source, role);
  const { url, key = given } = given === undefined ? account : { ...account, key: given };
  // "localhost:9080" can be parsed too: as a URL with the scheme "localhost:".
  if (!/^https?:\/\//i.test(url) || !URL.canParse(url))
    throw new Error(`${JSON.stringify(url)} is not a URL with https:// or http://. Give the output ApiUrl.`);
  if (!key) throw new Error('No API key is given. Use nbwss init, --key-file or NBWSS_API_KEY.');
  // Else the error of the header would show it.
  return { url: url.replace(/\/+$/, ''), key: secretIn(key, 'The API key') };
};

const accountIn = async (
  source: Source,
  role: Role,
): Promise<{ readonly url: string; readonly key?: string | undefined }> => {
  if ('state' in source) {
    const { apiUrl, adminKey, apiKey } = await localConnection(connectionFileIn(source.state));
    return { url: apiUrl, key: role === 'admin' ? adminKey : apiKey };
  }
  return 'key' in source ? source : { ...source, key: fromEnvironment('NBWSS_API_KEY') };
};

/** The certificate of the local deployment, if the account is there: no machine trusts it. */
export const localCertificate = async (
  { url }: Account,
  { state = STATE_DIR }: ApiOptions,
): Promise<string[]> => {
  const local = await localConnection(connectionFileIn(state)).catch(() => undefined);
  return local?.apiUrl === url ? [await readFile(local.caFile, 'utf8')] : [];
};
