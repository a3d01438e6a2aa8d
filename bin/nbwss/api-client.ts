/** How the operator's commands reach a deployment: where it is, with which key, and what to say when it refuses. */
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import type { Connection } from './demo.ts';
import { printable } from './printable.ts';
import { secretFrom } from './secret-input.ts';

export interface ApiOptions {
  readonly url?: string;
  readonly keyFile?: string;
  readonly state?: string;
}

export interface ApiClient {
  /** The answer's body; undefined when it has none. @throws Refusal with the problem's own sentence */
  call<T>(method: string, path: string, body?: unknown): Promise<T>;
}

/** What the API says no with. */
export class Refusal extends Error {
  readonly code: string | undefined;

  constructor(message: string, code?: string) {
    super(message);
    this.code = code;
  }
}

export const STATE_DIR = '.local';

/** What `nbwss start` left for programs, if a local deployment has been started with this folder. */
export const connectionFileIn = (state: string): string => join(resolve(state), 'connection.json');

/** Adds the options that name the deployment. */
export const withApi = (command: Command, state = 'where npm start left connection.json'): Command =>
  command
    .option(
      '--url <url>',
      'base URL of the HTTP API (output ApiUrl); else NBWSS_URL, else what nbwss start runs',
    )
    .option(
      '--key-file <file>',
      'file that holds the API key, - for standard input; else NBWSS_API_KEY, else the key of nbwss start',
    )
    .option('--state <dir>', state, STATE_DIR);

const localConnection = async (file: string): Promise<Connection> => {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as Connection;
  } catch {
    throw new Error(
      `Where is the deployment? Give --url or NBWSS_URL, or start one with nbwss start: ${file} cannot be read.`,
    );
  }
};

export interface Account {
  /** Without a slash at its end. */
  readonly url: string;
  readonly key: string;
}

/** What a local deployment is asked as: an administrator changes groups and keys, a client calls NetBackup. */
export type Role = 'admin' | 'client';

/**
 * Where the API is and who we are there. The address and the key of the environment belong together, and so do those of a
 * local deployment: neither key goes to the other's address.
 * @throws Error when nobody said where the deployment is, or with which key
 */
export const accountOf = async (
  given: { readonly url: string | undefined; readonly key: string | undefined },
  connectionFile = connectionFileIn(STATE_DIR),
  role: Role = 'client',
): Promise<Account> => {
  // Set to nothing is not set.
  const named = given.url ?? (process.env['NBWSS_URL'] || undefined);
  const local = named === undefined ? await localConnection(connectionFile) : undefined;
  const url = named ?? local?.apiUrl ?? '';
  if (!URL.canParse(url)) throw new Error(`${JSON.stringify(url)} is no URL: give the output ApiUrl.`);
  const ofRole = role === 'admin' ? local?.adminKey : local?.apiKey;
  const key = given.key ?? (local ? ofRole : process.env['NBWSS_API_KEY']);
  if (!key) throw new Error('Which API key? Give --key-file or NBWSS_API_KEY.');
  return { url: url.replace(/\/+$/, ''), key };
};

const fetched = async (url: string, init: RequestInit): Promise<Response> => {
  try {
    return await fetch(url, init);
  } catch (error) {
    const { cause, message } = error as Error & { cause?: NodeJS.ErrnoException };
    throw new Error(`${new URL(url).origin} cannot be reached: ${cause?.message || cause?.code || message}`);
  }
};

const parsed = (url: string, text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    throw new Error(`What answers at ${url} is not this API: ${printable(text.slice(0, 200))}`);
  }
};

/** Problem+json as a sentence. */
const refusal = (status: number, text: string): Refusal => {
  try {
    const { detail, code, trackingId } = JSON.parse(text) as Record<string, string | undefined>;
    if (detail) {
      const where = trackingId ? `${status}, ${trackingId}` : `${status}`;
      return new Refusal(printable(`${detail} (${where})`), code);
    }
  } catch {
    // Not ours: said as it came.
  }
  return new Refusal(`The API answered ${status}: ${printable(text.slice(0, 200))}`);
};

export const apiClient = async (options: ApiOptions): Promise<ApiClient> => {
  const { keyFile, state = STATE_DIR } = options;
  const given = keyFile === undefined ? undefined : await secretFrom(keyFile, 'API key');
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

/** A path segment of whatever was typed. */
export const segment = encodeURIComponent;
