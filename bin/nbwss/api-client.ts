/** How the operator's commands reach a deployment: where it is, with which key, and what to say when it refuses. */
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import type { Connection } from './demo.ts';

export interface ApiOptions {
  readonly url?: string;
  readonly keyFile?: string;
}

export interface ApiClient {
  /** The answer's body; undefined when it has none. @throws Error with the problem's own sentence */
  call<T>(method: string, path: string, body?: unknown): Promise<T>;
}

/** What `npm start` left for programs, if a local deployment has been started here. */
const LOCAL = resolve(import.meta.dirname, '../../.local/connection.json');

/** Adds the options that name the deployment. */
export const withApi = (command: Command): Command =>
  command
    .option(
      '--url <url>',
      'base URL of the HTTP API (output ApiUrl); else NBWSS_URL, else what npm start runs',
    )
    .option(
      '--key-file <file>',
      'file that holds the API key; else NBWSS_API_KEY, else the key of npm start',
    );

const localConnection = async (file: string): Promise<Connection> => {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as Connection;
  } catch {
    throw new Error('Where is the deployment? Give --url or NBWSS_URL, or start one with npm start.');
  }
};

export interface Account {
  /** Without a slash at its end. */
  readonly url: string;
  readonly key: string;
}

/**
 * Where the API is and who we are there. The address and the key of the environment belong together, and so do those of a
 * local deployment: neither key goes to the other's address.
 * @throws Error when nobody said where the deployment is, or with which key
 */
export const accountOf = async (
  given: { readonly url: string | undefined; readonly key: string | undefined },
  connectionFile = LOCAL,
): Promise<Account> => {
  const named = given.url ?? process.env['NBWSS_URL'];
  const local = named === undefined ? await localConnection(connectionFile) : undefined;
  const url = named ?? local?.apiUrl ?? '';
  if (!URL.canParse(url)) throw new Error(`${JSON.stringify(url)} is no URL: give the output ApiUrl.`);
  const key = given.key ?? (local ? local.apiKey : process.env['NBWSS_API_KEY']);
  if (!key) throw new Error('Which API key? Give it as an option, or as NBWSS_API_KEY.');
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
    throw new Error(`What answers at ${url} is not this API: ${text.slice(0, 200)}`);
  }
};

/** Problem+json as a sentence. */
const refusal = (status: number, text: string): Error => {
  try {
    const { detail, trackingId } = JSON.parse(text) as { detail?: string; trackingId?: string };
    if (detail)
      return new Error(trackingId ? `${detail} (${status}, ${trackingId})` : `${detail} (${status})`);
  } catch {
    // Not ours: said as it came.
  }
  return new Error(`The API answered ${status}: ${text.slice(0, 200)}`);
};

export const apiClient = async (options: ApiOptions): Promise<ApiClient> => {
  const { keyFile } = options;
  const given = keyFile === undefined ? undefined : (await readFile(keyFile, 'utf8')).trim();
  const { url, key } = await accountOf({ url: options.url, key: given });
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
