/** `nbwss tunnel`: NetBackup's REST API of groups on local ports, for clients with nothing but a host setting. */
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { type ApiOptions, accountOf, withApi } from './api-client.ts';
import { apiAt } from './tunnel/api.ts';
import { authorityIn } from './tunnel/authority.ts';
import { checkDeployment, checkGroup } from './tunnel/checks.ts';
import { Engine } from './tunnel/engine.ts';
import { Gate } from './tunnel/gate.ts';
import { inUrl } from './tunnel/hosts.ts';
import {
  type Address,
  addressesOf,
  isOpen,
  nameIn,
  namesOf,
  type Place,
  placesOf,
} from './tunnel/listen-options.ts';
import { createListeners } from './tunnel/listeners.ts';
import { plain } from './tunnel/plain.ts';
import { readyLines } from './tunnel/ready-lines.ts';

interface TunnelOptions extends ApiOptions {
  readonly listen: Address[];
  readonly map: Place[];
  readonly name: string[];
  readonly http?: boolean;
  readonly inject?: boolean;
  readonly state: string;
}

const ROOT = resolve(import.meta.dirname, '../..');
/** Many more than any client opens; each may hold a body of 2 MB. */
const MOST_CALLS = 1_000;

const print = (line: string): void => void process.stdout.write(`${line}\n`);

const pause = (ms: number, signal: AbortSignal) => sleep(ms, undefined, { signal });

const ended = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve());
  });

const placesWanted = (groupId: string | undefined, { listen, map }: TunnelOptions): Place[] => {
  const named = groupId === undefined ? [] : placesOf(`${groupId}=0`);
  const places = [...named.flatMap((place) => listen.map((address) => ({ ...place, ...address }))), ...map];
  if (places.length === 0) throw new Error('Which group? Give its name, or --map GROUP=host:port.');
  return places;
};

/** Ends with Ctrl-C, from the first moment on. */
const interruption = (): AbortSignal => {
  const controller = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => controller.abort());
  return controller.signal;
};

const run = async (groupId: string | undefined, options: TunnelOptions, stopping: AbortSignal) => {
  const places = placesWanted(groupId, options);
  const state = resolve(ROOT, options.state);
  const key = options.keyFile === undefined ? undefined : (await readFile(options.keyFile, 'utf8')).trim();
  const account = await accountOf({ url: options.url, key }, join(state, 'connection.json'));
  const credential = { apiKey: account.key, inject: options.inject === true };
  const { ask, close } = apiAt(account.url);
  const closing: (() => Promise<void> | void)[] = [close];
  try {
    const check = { apiUrl: account.url, ask, credential, print, signal: stopping };
    const ownName = await checkDeployment(check);
    for (const group of new Set(places.map((place) => place.groupId))) await checkGroup(check, group);

    const authority = options.http ? undefined : await authorityIn(join(state, 'tunnel'));
    const hosts = places.map(({ host }) => host);
    const names = namesOf(hosts, options.name);
    const listeners = await createListeners(authority, names, options.name[0]);
    closing.push(() => listeners.close());
    const engine = new Engine({
      ask,
      gate: new Gate(pause, stopping),
      credential,
      pause,
      now: Date.now,
      apiNames: [...new Set([account.url, ownName])],
      names: new Set(names),
      caCertificate: authority?.certificate,
      mostCalls: MOST_CALLS,
      print,
    });
    for (const place of places) {
      const address = await listeners.open(place, (here) => engine.listener(place.groupId, here));
      announce(place, address, authority?.file);
    }
    if (authority) print(`CA certificate for your clients: ${plain(authority.file)}`);
    await ended(stopping);
  } finally {
    // Calls end with their clients' connections, and only then the connections to the API.
    for (const close of closing.reverse()) await close();
  }
};

/** Whoever stops it while it looks around wants no complaint. */
const tunnel = async (groupId: string | undefined, options: TunnelOptions): Promise<void> => {
  const stopping = interruption();
  try {
    await run(groupId, options, stopping);
  } catch (error) {
    if (!stopping.aborted) throw error;
  }
};

const announce = (place: Place, address: string, caFile: string | undefined): void => {
  print('');
  print(`NetBackup's API of the group ${place.groupId}: ${address}/netbackup/`);
  if (isOpen(place)) {
    const where = `${inUrl(place.host)}:${new URL(address).port || place.port}`;
    print(
      `  OPEN TO THE NETWORK: whoever reaches ${where} acts with this key in the group ${place.groupId}.`,
    );
  }
  for (const line of readyLines({ address, caFile })) print(plain(`  ${line}`));
};

/** A parser's sentence becomes the command line's. */
const parsing =
  <T>(parse: (text: string) => T) =>
  (text: string): T => {
    try {
      return parse(text);
    } catch (error) {
      throw new InvalidArgumentError((error as Error).message);
    }
  };

/** Adds `nbwss tunnel [GROUP]`. */
export const registerTunnel = (program: Command): void => {
  const places = parsing(placesOf);
  const name = parsing(nameIn);
  withApi(
    program.command('tunnel [group]').description("offer NetBackup's REST API of groups on local ports"),
    'where npm start left connection.json, and where the certificate is kept',
  )
    .addOption(
      new Option('--listen <address>', 'host:port[,port…] for the group; port 0 for any free one')
        .argParser(parsing(addressesOf))
        .default([{ host: '127.0.0.1', port: 1556 }], '127.0.0.1:1556'),
    )
    .option(
      '--map <place>',
      'GROUP=host:port[,port…]; may be repeated',
      (text: string, before: Place[]) => [...before, ...places(text)],
      [],
    )
    .option(
      '--name <name>',
      'further name or address by which clients reach it; may be repeated',
      (text: string, before: string[]) => [...before, name(text)],
      [],
    )
    .option('--inject', "send the group's stored NetBackup API key for clients without a credential")
    .option('--http', 'without TLS')
    .action(tunnel);
};
