import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { StartError } from '../errors.ts';

/** The program of a container image, run as a process of this machine. */
export interface ImageSpec {
  /** The folder of the Dockerfile, absolute: what it copies into the image. */
  readonly folder: string;
  /** Arguments of Node.js. */
  readonly args: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
}

/** The settings by which a container definition overrides the image. */
export interface Overrides {
  readonly EntryPoint?: readonly string[];
  readonly Command?: readonly string[];
}

/**
 * Reads the Dockerfile of an image that runs Node.js: WORKDIR, ENV, and ENTRYPOINT and CMD in their exec form. Nothing is built:
 * the program must be able to run from the folder of the Dockerfile, into which all of it was bundled.
 * https://docs.docker.com/reference/dockerfile/
 * @throws StartError for an image that cannot be run in this way
 */
export function readDockerfile(path: string, overrides: Overrides = {}): ImageSpec {
  const instructions = readFileSync(path, 'utf8')
    .replace(/\\\r?\n/g, ' ')
    .split(/\r?\n/)
    .map((line) => /^\s*([A-Za-z]+)\s+(.*\S)/.exec(line))
    .filter((match) => match !== null)
    .map(([, name = '', value = '']) => [name.toUpperCase(), value] as const);
  // A later stage starts without the content of an earlier one.
  const stage = instructions.slice(instructions.findLastIndex(([name]) => name === 'FROM') + 1);
  const last = (wanted: string) => stage.findLast(([name]) => name === wanted)?.[1];
  const command = [
    ...(overrides.EntryPoint ?? execForm(path, last('ENTRYPOINT'))),
    ...(overrides.Command ?? execForm(path, last('CMD'))),
  ];
  const [program = '', ...args] = command;
  if (!/(^|\/)node$/.test(program))
    throw new StartError(
      `The image of ${path} runs "${command.join(' ')}"; the local cloud runs only "node" and its arguments.`,
    );
  const workdir = `${last('WORKDIR') ?? ''}/`;
  return {
    folder: dirname(path),
    args: args.map((arg) => (arg.startsWith(workdir) ? `./${arg.slice(workdir.length)}` : arg)),
    environment: Object.fromEntries(
      stage.filter(([name]) => name === 'ENV').flatMap(([, value]) => pairs(value)),
    ),
  };
}

function execForm(path: string, value: string | undefined): readonly string[] {
  if (value === undefined) return [];
  try {
    return (JSON.parse(value) as unknown[]).map(String);
  } catch {
    throw new StartError(`${path}: ${value} is not in exec form, which the local cloud needs.`);
  }
}

/** `NAME=value NAME="two words"`. */
const pairs = (value: string): [string, string][] =>
  [...value.matchAll(/([\w.]+)=(?:"([^"]*)"|(\S*))/g)].map(([, name = '', quoted, bare = '']) => [
    name,
    quoted ?? bare,
  ]);
