/** `nbwss tunnel`: offers NetBackup's REST API on local ports, for clients that can only set a host. */
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { namesOf, urlHost } from '../../../local/host-names.ts';
import { printLine as print } from '../../../netbackup/terminal.ts';
import { type ApiOptions, accountOf, STATE_DIR, withApi } from '../account.ts';
import { authorityIn } from '../authority.ts';
import { createApi } from '../tunnel/api.ts';
import { checkDeployment, checkGroup } from '../tunnel/checks.ts';
import { exampleLines } from '../tunnel/examples.ts';
import { createHandlers } from '../tunnel/handler.ts';
import {
  type Address,
  addressesOf,
  isReachable,
  type Mapping,
  mappingsOf,
  nameIn,
} from '../tunnel/options.ts';
import { RequestQueue } from '../tunnel/queue.ts';
import { createServers } from '../tunnel/servers.ts';

interface TunnelOptions extends ApiOptions {
  readonly listen: Address[];
  readonly map: Mapping[];
  readonly name: string[];
  readonly http?: boolean;
  readonly inject?: boolean;
}

/** Bounds memory: each call may hold a body of 2 MB. */
const MAX_CALLS = 1_000;

const pause = (ms: number, signal: AbortSignal) => sleep(ms, undefined, { signal });

const allMappings = (groupId: string | undefined, { listen, map }: TunnelOptions): Mapping[] => {
  const named = groupId === undefined ? [] : mappingsOf(`${groupId}=0`);
  const mappings = [...named.flatMap((one) => listen.map((address) => ({ ...one, ...address }))), ...map];
  if (mappings.length === 0) throw new Error('No group is given. Give its id, or --map GROUP=host:port.');
  return mappings;
};

const printMapping = (mapping: Mapping, url: string, caFile: string | undefined): void => {
  const { groupId, host, port } = mapping;
  print('');
  print(`NetBackup's API of the group ${groupId}: ${url}/netbackup/`);
  if (isReachable(mapping)) {
    const where = `${urlHost(host)}:${new URL(url).port || port}`;
    print(`  OPEN TO THE NETWORK: every client that reaches ${where} uses this key in the group ${groupId}.`);
  }
  for (const line of exampleLines(url, caFile)) print(`  ${line}`);
};

const run = async (groupId: string | undefined, options: TunnelOptions, signal: AbortSignal) => {
  const mappings = allMappings(groupId, options);
  const { state = STATE_DIR } = options;
  const account = await accountOf(options);
  const credential = { apiKey: account.key, inject: options.inject === true };
  const { callApi, close } = createApi(account.url);
  const closing: (() => Promise<void> | void)[] = [close];
  try {
    const check = { apiUrl: account.url, callApi, credential, print, signal };
    const ownUrl = await checkDeployment(check);
    for (const group of new Set(mappings.map((mapping) => mapping.groupId))) await checkGroup(check, group);

    const authority = options.http ? undefined : await authorityIn(join(resolve(state), 'tunnel'));
    const hosts = mappings.map(({ host }) => host);
    const names = namesOf(hosts, options.name);
    const servers = await createServers(authority, names, options.name[0]);
    closing.push(() => servers.close());
    const handlerOf = createHandlers({
      callApi,
      queue: new RequestQueue(pause, Date.now, signal),
      credential,
      pause,
      now: Date.now,
      apiUrls: [...new Set([account.url, ownUrl])],
      names: new Set(names),
      caCertificate: authority?.certificate,
      maxCalls: MAX_CALLS,
      print,
    });
    for (const mapping of mappings)
      printMapping(mapping, await servers.open(mapping, handlerOf(mapping.groupId)), authority?.file);
    if (authority) print(`CA certificate for your clients: ${authority.file}`);
    await new Promise((resolve) => {
      if (signal.aborted) resolve(undefined);
      signal.addEventListener('abort', resolve);
    });
  } finally {
    // Close the clients' connections first: that ends their calls to the API.
    for (const close of closing.reverse()) await close();
  }
};

const tunnel = async (groupId: string | undefined, options: TunnelOptions): Promise<void> => {
  const stopping = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stopping.abort());
  try {
    await run(groupId, options, stopping.signal);
  } catch (error) {
    // An interruption during the checks is not an error.
    if (!stopping.signal.aborted) throw error;
  }
};

/** Shows the error message of a parser as commander does. */
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
  const mappings = parsing(mappingsOf);
  const name = parsing(nameIn);
  withApi(
    program.command('tunnel [group]').description("offer NetBackup's REST API of groups on local ports"),
    'folder of connection.json and of the certificate',
  )
    .addOption(
      new Option('--listen <address>', 'host:port[,port…] for the group; port 0 selects any free port')
        .argParser(parsing(addressesOf))
        .default([{ host: '127.0.0.1', port: 1556 }], '127.0.0.1:1556'),
    )
    .option(
      '--map <mapping>',
      'GROUP=host:port[,port…]; may be repeated',
      (text: string, before: Mapping[]) => [...before, ...mappings(text)],
      [],
    )
    .option(
      '--name <name>',
      'additional host name or address of the tunnel; may be repeated',
      (text: string, before: string[]) => [...before, name(text)],
      [],
    )
    .option('--inject', "send the group's stored NetBackup API key for clients without a credential")
    .option('--http', 'without TLS')
    .action(tunnel);
};
