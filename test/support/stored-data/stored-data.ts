/**
 * What a deployment of one version has stored, in a file that later versions are tested with: an update must be able to read it.
 * Each line is one JSON value: first the {@link Recording}, then the entries of the data directory, as the local cloud keeps them.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { Store } from '../../../local/dynamodb/store.ts';

const FOLDER = resolve(import.meta.dirname, '../../fixtures/stored-data');

/** What a test must know beside the stored data. */
export interface Recording {
  /** Epoch ms. */
  readonly recordedAt: number;
  /** Of the groups, by id. */
  readonly tokens: Readonly<Record<string, string>>;
  /** With the scope `admin`. */
  readonly apiKey: string;
  readonly netbackupKey: string;
  /** Path and query of one that was not read yet. */
  readonly invitation: string;
  /** By name. */
  readonly commands: Readonly<Record<'queued' | 'secret', string>>;
  /** What GET returned, by path. */
  readonly answers: Readonly<Record<string, unknown>>;
}

/** The versions that have a file. */
export const recordedVersions = (): string[] => readdirSync(FOLDER).map((name) => name.replace('.jsonl', ''));

const fileOf = (version: string): string => join(FOLDER, `${version}.jsonl`);

/** @param dataDir of a local cloud that has stopped */
export const writeRecording = async (
  version: string,
  recording: Recording,
  dataDir: string,
): Promise<string> => {
  const store = await Store.open([], dataDir);
  try {
    const lines = [recording, ...(await store.entries(''))].map((value) => JSON.stringify(value));
    await writeFile(fileOf(version), `${lines.join('\n')}\n`);
  } finally {
    await store.close();
  }
  return fileOf(version);
};

/** Fills a data directory with the stored data of a version. */
export const restoreRecording = async (version: string, dataDir: string): Promise<Recording> => {
  const [recording, ...entries] = readFileSync(fileOf(version), 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  const store = await Store.open([], dataDir);
  try {
    await store.batch(entries.map(([key, value]) => ({ type: 'put', key, value })));
  } finally {
    await store.close();
  }
  return recording as Recording;
};
