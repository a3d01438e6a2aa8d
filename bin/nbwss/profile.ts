/** Profiles: which deployment the commands use, and with which key. One file each, for its owner only. */
import { readdir, readFile, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { createPrivateFolder, OTHERS } from './private-folder.ts';
import { jsonText, openSecretFile, type SecretFile } from './secret-file.ts';

/** The version of the file. A later nbwss whose profiles this one cannot read writes another version. */
const VERSION = 1;
export const DEFAULT_PROFILE = 'default';

/** A deployment in AWS. */
export interface CloudProfile {
  /** Base URL of the HTTP API, without a trailing slash. */
  readonly url: string;
  readonly key: string;
  /** How to find the stacks, for the commands that use AWS credentials. */
  readonly region?: string;
  readonly stackPrefix?: string;
}
/** The deployment of `npm start`, which has new keys after each start: they are read from its folder. */
export interface LocalProfile {
  /** Absolute path of the state folder. */
  readonly state: string;
}
export type Profile = CloudProfile | LocalProfile;

/** @throws Error when the home folder is not known */
export const profileFolder = (): string => {
  const base = process.env['XDG_CONFIG_HOME'];
  // A relative path must be ignored: https://specifications.freedesktop.org/basedir-spec/latest/
  if (base && isAbsolute(base)) return join(base, 'nbwss');
  try {
    return join(homedir(), '.config', 'nbwss');
  } catch {
    throw new Error('There is no home folder. Set XDG_CONFIG_HOME to the folder for the profile.');
  }
};

const fileOf = (name: string): string => {
  if (!/^[A-Za-z0-9_-][A-Za-z0-9._-]{0,63}$/.test(name))
    throw new Error(
      `${JSON.stringify(name)} is not a name of a profile. Use at most 64 letters, digits, "-", "_" and ".".`,
    );
  return join(profileFolder(), `${name}.json`);
};

export const profileNames = async (): Promise<string[]> => {
  const names = await readdir(profileFolder()).catch(() => []);
  return names.flatMap((name) => (name.endsWith('.json') ? [name.slice(0, -5)] : [])).sort();
};

const contentOf = (file: string, text: string): Profile => {
  let value: Partial<Record<'version' | 'url' | 'key' | 'state', unknown>>;
  try {
    value = JSON.parse(text) ?? {};
  } catch {
    throw new Error(`${file} is not a profile. Write it again with nbwss init --force.`);
  }
  const { version, url, key, state } = value;
  if (version !== VERSION)
    throw new Error(
      `${file} has the version ${JSON.stringify(version)}, and this nbwss reads version ${VERSION}. Write it again with nbwss init --force, or use the nbwss that has written it.`,
    );
  const isCloud = typeof url === 'string' && typeof key === 'string';
  if (!isCloud && typeof state !== 'string')
    throw new Error(`${file} is not complete. Write it again with nbwss init --force.`);
  return value as Profile;
};

/** Undefined when there is no such profile. @throws Error when it cannot be used */
const tryProfile = async (name: string): Promise<Profile | undefined> => {
  const file = fileOf(name);
  const found = await stat(file).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return undefined;
    throw new Error(`The profile ${file} cannot be read (${error.code}).`);
  });
  if (!found) return undefined;
  // Windows has no modes.
  if (process.platform !== 'win32' && (found.mode & OTHERS) !== 0)
    throw new Error(`${file} holds a key, and other users have access to it: chmod 600 '${file}'`);
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new Error(`The profile ${file} cannot be read (${error.code}).`);
  });
  return contentOf(file, text);
};

/** @throws Error when there is no such profile, or it cannot be used */
export const readProfile = async (name: string): Promise<Profile> => {
  const profile = await tryProfile(name);
  if (profile) return profile;
  const names = await profileNames();
  const others = names.length === 0 ? 'There is none yet' : `There are: ${names.join(', ')}`;
  throw new Error(`There is no profile ${JSON.stringify(name)}. ${others}. nbwss init writes one.`);
};

/** The profile that is used by default; undefined if there is none, and when there is no home folder. */
export const readDefaultProfile = async (): Promise<Profile | undefined> => {
  try {
    profileFolder();
  } catch {
    return undefined;
  }
  return tryProfile(DEFAULT_PROFILE);
};

export interface NewProfile {
  readonly file: string;
  write(profile: Profile): Promise<void>;
  discard: SecretFile['discard'];
}

/**
 * Opens a profile for writing, before a key is created: a key that cannot be stored would be lost.
 * @throws Error when it exists, unless `force`, or the folder cannot be written
 */
export const openProfile = async (name: string, force: boolean): Promise<NewProfile> => {
  const file = fileOf(name);
  await createPrivateFolder(profileFolder());
  if (!force && (await stat(file).catch(() => undefined)))
    throw new Error(`The profile ${name} exists. Use --force to replace it, or --profile for another name.`);
  const secret = await openSecretFile(file);
  return {
    file,
    write: (profile) => secret.write(jsonText({ version: VERSION, ...profile })),
    discard: secret.discard,
  };
};
