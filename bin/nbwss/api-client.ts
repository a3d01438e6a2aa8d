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

const localConnection = async (): Promise<Partial<Connection>> => {
  try {
    return JSON.parse(await readFile(LOCAL, 'utf8')) as Connection;
  } catch {
    return {};
  }
};

/** @throws Error when nobody said where the deployment is, or with which key */
const settings = async ({ url, keyFile }: ApiOptions): Promise<{ url: string; key: string }> => {
  const named = url ?? process.env['NBWSS_URL'];
  // The key of a local deployment goes to that one only.
  const local = named === undefined ? await localConnection() : {};
  const base = named ?? local.apiUrl;
  const key =
    keyFile === undefined
      ? (process.env['NBWSS_API_KEY'] ?? local.apiKey)
      : (await readFile(keyFile, 'utf8')).trim();
  if (!base)
    throw new Error('Where is the deployment? Give --url or NBWSS_URL, or start one with npm start.');
  if (!key) throw new Error('Which API key? Give --key-file or NBWSS_API_KEY.');
  return { url: base.replace(/\/$/, ''), key };
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
  const { url, key } = await settings(options);
  return {
    async call<T>(method: string, path: string, body?: unknown): Promise<T> {
      const response = await fetch(`${url}${path}`, {
        method,
        headers: {
          'x-api-key': key,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const text = await response.text();
      if (!response.ok) throw refusal(response.status, text);
      return (text === '' ? undefined : JSON.parse(text)) as T;
    },
  };
};

/** A path segment of whatever was typed. */
export const segment = encodeURIComponent;
