/** `nbwss start`: the deployment on this machine, with a simulated NetBackup connected to it. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { type LocalCloud, startLocalCloud } from '../../local/cloud.ts';
import type { FaultRule } from '../../local/faults.ts';
import {
  attachLiveOutput,
  demo,
  type EndpointDetails,
  NetBackupPrimary,
  QUICK_PROPERTIES,
} from '../../netbackup/index.ts';
import { synthesize } from './assembly.ts';
import { loadOrCreateCertificate } from './certificate.ts';
import { storeCredential } from './demo.ts';
import { parseFault } from './fault.ts';
import { introduce } from './introduce.ts';
import { lock } from './lock.ts';
import { complaintLine, storedLine, traceLine, welcome } from './narrate.ts';
import { isPortFree } from './ports.ts';
import { printableLines } from './printable.ts';

interface StartOptions {
  readonly simulator: boolean;
  readonly state: string;
  readonly data?: string;
  readonly listen: string;
  readonly host: string;
  readonly cert?: string;
  readonly key?: string;
  readonly port?: number;
  readonly apiPort?: number;
  readonly order: 'serial' | 'shuffled';
  readonly trace?: boolean;
  readonly fault: FaultRule[];
  readonly node?: string;
}

/** Of this package, wherever it is installed. What the command writes goes to the current folder. */
const ROOT = resolve(import.meta.dirname, '../..');
const STATE_DIR = '.local';
const GROUP = 'demo';
/** Ports that a bookmark can rely on, as long as nobody else has them. */
const USUAL_PORT = 9443;
const USUAL_API_PORT = 9080;

/** Whatever a domain, a client or a function wrote: a name of theirs is no command to this terminal. */
const print = (line: string): void => void process.stdout.write(`${printableLines(line)}\n`);

const portNumber = (text: string): number => {
  const port = Number(text);
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new InvalidArgumentError('A port is 0 to 65535.');
  return port;
};

/** A port that was asked for must be had; the usual one gives way to any free one. */
const choosePort = async (wanted: number | undefined, usual: number, listen: string): Promise<number> =>
  wanted ?? ((await isPortFree(listen, usual)) ? usual : 0);

const certificateOf = async ({ cert, key, host, state }: StartOptions) => {
  if (cert === undefined && key === undefined) {
    const made = await loadOrCreateCertificate(join(state, 'tls'), [host]);
    return { cert: made.cert, key: made.key, caFile: made.caFile };
  }
  if (cert === undefined || key === undefined) throw new Error('Give --cert and --key together.');
  return { cert: await readFile(cert, 'utf8'), key: await readFile(key, 'utf8'), caFile: resolve(cert) };
};

type Certificate = Awaited<ReturnType<typeof certificateOf>>;

const startCloud = async (options: StartOptions, tls: Certificate): Promise<LocalCloud> => {
  const { state, data, host, listen, order, node } = options;
  const cloud = await startLocalCloud({
    assembly: join(state, 'cdk.out'),
    host,
    listen,
    tls,
    order,
    webSocketPort: await choosePort(options.port, USUAL_PORT, listen),
    apiPort: await choosePort(options.apiPort, USUAL_API_PORT, listen),
    ...(data === undefined ? {} : { dataDir: resolve(data) }),
    ...(node === undefined ? {} : { nodePath: node }),
    // Environments come and go all the time; who traces wants to see that, everybody else what goes wrong.
    log: ({ source, message }) => {
      if (options.trace || source !== 'lambda') print(`local cloud  ${source}: ${message}`);
    },
    onOutput: (functionName, _, line) => {
      const complaint = complaintLine(functionName, line);
      if (complaint) print(complaint);
    },
  });
  if (options.trace) cloud.calls.subscribe((call) => print(traceLine(call)));
  for (const fault of options.fault) cloud.faults.add(fault);
  cloud.events.subscribe(({ event }) => {
    const line = storedLine(event['detail-type'], event.detail as Record<string, unknown>);
    if (line) print(line);
  });
  return cloud;
};

/** Not connected yet: a client of the demo finds its NetBackup API key stored as soon as it may ask. */
const makeSimulator = async (
  cloud: LocalCloud,
  adminKey: string,
  details: EndpointDetails,
  { cert }: Certificate,
): Promise<NetBackupPrimary> => {
  const primary = new NetBackupPrimary({
    endpoints: [details],
    trusted: [cert],
    properties: QUICK_PROPERTIES,
  });
  attachLiveOutput(primary, print);
  await storeCredential(cloud, adminKey, GROUP, primary.rest.sessions.createApiKey('backupadmin').key);
  return primary;
};

const interrupted = (): Promise<void> =>
  new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
  });

/** It holds keys, and may lie in somebody's repository: a folder of our own is never committed. */
const makeStateFolder = async (state: string): Promise<void> => {
  const made = await mkdir(state, { recursive: true });
  if (made !== undefined) await writeFile(join(state, '.gitignore'), '*\n');
};

const start = async (given: StartOptions): Promise<void> => {
  const options = { ...given, state: resolve(given.state) };
  const { state } = options;
  const stopping = interrupted();
  await makeStateFolder(state);
  const unlock = lock(join(state, 'lock'));
  const stops: (() => Promise<void> | void)[] = [unlock];
  try {
    print('Synthesizing the deployment …');
    const changed = await synthesize(ROOT, join(state, 'cdk.out'));
    print(
      changed ? 'Synthesized. Starting the local cloud …' : 'Nothing has changed. Starting the local cloud …',
    );
    const tls = await certificateOf(options);
    const cloud = await startCloud(options, tls);
    stops.push(() => cloud.stop());
    const { connection, connectionFile, details } = await introduce(cloud, GROUP, tls.caFile, options);
    const primary = options.simulator
      ? await makeSimulator(cloud, connection.adminKey, details, tls)
      : undefined;
    welcome(print, connection, {
      groupId: GROUP,
      connectionFile,
      ...(given.state === STATE_DIR ? {} : { state: given.state }),
    });
    if (primary) {
      stops.push(() => primary.stop());
      primary.start();
      void primary.play(demo);
    } else {
      print(`  Waiting for a client of your own: group ${GROUP}, details in ${connection.endpointFile}`);
      print('');
    }
    await stopping;
    print('Stopping …');
  } finally {
    for (const stop of stops.reverse()) await stop();
  }
};

/** Read before anything starts. */
const collectFault = (value: string, previous: FaultRule[]): FaultRule[] => {
  try {
    return [...previous, parseFault(value)];
  } catch (error) {
    throw new InvalidArgumentError((error as Error).message);
  }
};

/** Adds `nbwss start`. */
export const registerStart = (program: Command): void => {
  program
    .command('start')
    .description('run the deployment on this machine, with a simulated NetBackup connected to it')
    .option('--no-simulator', 'leave the group waiting for a client of your own')
    .option('--state <dir>', 'where the synthesized app, the certificate and connection.json go', STATE_DIR)
    .option('--data <dir>', 'keep what is stored there; in memory if not given')
    .option('--listen <address>', 'address that the WebSocket and the API listen on', '127.0.0.1')
    .option('--host <name>', 'name under which NetBackup reaches this machine', 'localhost')
    .option('--cert <file>', 'PEM certificate for the WebSocket; made by itself if not given')
    .option('--key <file>', 'its private key')
    .option('--port <n>', `port of the WebSocket (${USUAL_PORT}, or any free one)`, portNumber)
    .option('--api-port <n>', `port of the API (${USUAL_API_PORT}, or any free one)`, portNumber)
    .addOption(
      new Option('--order <mode>', 'order in which messages of one connection reach the functions')
        .choices(['serial', 'shuffled'])
        .default('serial'),
    )
    .option('--trace', 'print every AWS call with its caller, units and time')
    .option(
      '--fault <rule>',
      'e.g. function=notify,service=dynamodb,when=after,do=kill; may be repeated',
      collectFault,
      [],
    )
    .option('--node <path>', 'Node.js that runs the functions; this one if not given')
    .action(start);
};
