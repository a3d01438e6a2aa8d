/** The client of the HTTP API for the operator's commands. */
import { readFile, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import { printable } from '../../netbackup/terminal.ts';
import type { Connection } from './connection.ts';
import { fetchPatiently } from './patient-fetch.ts';
import { isOnlyOwnerWriting } from './private-folder.ts';
import { readSecret } from './secret-input.ts';

export interface ApiOptions {
  readonly url?: string;
  readonly keyFile?: string;
  readonly state?: string;
}

export interface ApiClient {
  /** Returns the response body, if there is one. @throws Refusal with the problem's detail */
  call<T>(method: string, path: string, body?: unknown): Promise<T>;
}

/** An error response of the API. */
export class Refusal extends Error {
  readonly code: string | undefined;

  constructor(message: string, code?: string) {
    super(message);
    this.code = code;
  }
}

export const STATE_DIR = '.local';

/** The file that `nbwss start --state` writes. */
export const connectionFileIn = (state: string): string => join(resolve(state), 'connection.json');

/** Adds the options that select the deployment. */
export const withApi = (command: Command, state = 'folder of connection.json'): Command =>
  command
    .option(
      '--url <url>',
      'base URL of the HTTP API (output ApiUrl); default: NBWSS_URL, then the local deployment',
    )
    .option(
      '--key-file <file>',
      'file with the API key, - for standard input; default: NBWSS_API_KEY, then the local key',
    )
    .option('--state <dir>', state, STATE_DIR);

const localConnection = async (file: string): Promise<Connection> => {
  const found = await stat(file).catch(() => undefined);
  // Keys are sent to the address in it.
  if (found && !isOnlyOwnerWriting(found))
    throw new Error(
      `${file} can be written by other users. Remove it, and run nbwss start in a folder of your own.`,
    );
  try {
    return JSON.parse(await readFile(file, 'utf8')) as Connection;
  } catch {
    throw new Error(
      `No deployment is given. Use --url or NBWSS_URL, or run nbwss start: ${file} cannot be read.`,
    );
  }
};

export interface Account {
  /** Without a trailing slash. */
  readonly url: string;
  readonly key: string;
}

/** Selects the key of a local deployment: `admin` changes groups and keys, `client` calls NetBackup. */
export type Role = 'admin' | 'client';

/**
 * The URL of the API and the key for it. URL and key come from the same source, the environment or the local deployment,
 * so that no key is sent to the wrong address.
 * @throws Error when the URL or the key is missing
 */
export const accountOf = async (
  given: { readonly url: string | undefined; readonly key: string | undefined },
  connectionFile = connectionFileIn(STATE_DIR),
  role: Role = 'client',
): Promise<Account> => {
  // An empty variable counts as not set.
  const named = given.url ?? (process.env['NBWSS_URL'] || undefined);
  const local = named === undefined ? await localConnection(connectionFile) : undefined;
  const url = named ?? local?.apiUrl ?? '';
  if (!URL.canParse(url)) throw new Error(`${JSON.stringify(url)} is not a URL. Give the output ApiUrl.`);
  const ofRole = role === 'admin' ? local?.adminKey : local?.apiKey;
  const key = given.key ?? (local ? ofRole : process.env['NBWSS_API_KEY']);
  if (!key) throw new Error('No API key is given. Use --key-file or NBWSS_API_KEY.');
  return { url: url.replace(/\/+$/, ''), key };
};

/** The certificate of the local deployment, if the account is there: no machine trusts it. */
export const localCertificate = async ({ url }: Account, connectionFile: string): Promise<string[]> => {
  const local = await localConnection(connectionFile).catch(() => undefined);
  return local?.apiUrl === url ? [await readFile(local.caFile, 'utf8')] : [];
};

/** @throws Error that names the server when it cannot be reached */
export const fetched = async (url: string, init: RequestInit): Promise<Response> => {
  try {
    return await fetchPatiently(url, init);
  } catch (error) {
    const { cause, message } = error as Error & { cause?: NodeJS.ErrnoException };
    throw new Error(`${new URL(url).origin} cannot be reached: ${cause?.message || cause?.code || message}`);
  }
};

const parsed = (url: string, text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    throw new Error(`The server at ${url} is not this API: ${printable(text.slice(0, 200))}`);
  }
};

/** Converts a problem+json response to an error. */
export const refusal = (status: number, text: string): Refusal => {
  try {
    const { detail, code, trackingId } = JSON.parse(text) as Record<string, string | undefined>;
    if (detail) {
      const where = trackingId ? `${status}, ${trackingId}` : `${status}`;
      return new Refusal(printable(`${detail} (${where})`), code);
    }
  } catch {
    // Not problem+json.
  }
  return new Refusal(`The API answered ${status}: ${printable(text.slice(0, 200))}`);
};

export const apiClient = async (options: ApiOptions): Promise<ApiClient> => {
  const { keyFile, state = STATE_DIR } = options;
  const given = keyFile === undefined ? undefined : await readSecret(keyFile, 'API key');
  const { url, key } = await accountOf({ url: options.url, key: given }, connectionFileIn(state), 'admin');
  return {
    async call<T>(method: string, path: string, body?: unknown): Promise<T> {
      const response = await fetched(`${url}${path}`, {
        method,
        headers: {
          'x-api-key': key,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const text = await response.text();
      if (!response.ok) throw refusal(response.status, text);
      return (text === '' ? undefined : parsed(url, text)) as T;
    },
  };
};

export const segment = encodeURIComponent;
