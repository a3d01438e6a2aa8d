/** `nbwss start`: the deployment on this machine, with a simulated NetBackup connected to it. */
import { readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { omitUndefined } from '../../../lambdas/platform/omit-undefined.ts';
import { GATEWAYS } from '../../../lib/relay-settings.ts';
import { type LocalCloud, startLocalCloud } from '../../../local/cloud.ts';
import type { FaultRule } from '../../../local/faults.ts';
import { DEFAULT_CONCURRENCY } from '../../../local/lambda/concurrency.ts';
import {
  attachLiveOutput,
  demo,
  type EndpointDetails,
  NetBackupPrimary,
  QUICK_PROPERTIES,
} from '../../../netbackup/index.ts';
import { printLine as print } from '../../../netbackup/terminal.ts';
import { STATE_DIR } from '../account.ts';
import { type Gateway, gatewaySettings, ON_THIS_MACHINE, relayOptions, synthesize } from '../assembly.ts';
import { loadOrCreateCertificate } from '../certificate.ts';
import {
  alarmLine,
  exposure,
  functionLogLine,
  keptMailLine,
  mailLines,
  storedLine,
  traceLine,
  welcome,
} from '../console-output.ts';
import { parseFault } from '../fault.ts';
import { type LocalAlerts, readAlerts } from '../local-alerts.ts';
import { storeCredential } from '../local-setup.ts';
import { lock } from '../lock.ts';
import { keepMail } from '../mails.ts';
import { isPortFree } from '../ports.ts';
import { createPrivateFolder } from '../private-folder.ts';
import { setUpGroup } from '../set-up-group.ts';
import { readLimits } from '../verify/limits.ts';

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
  readonly gateway: Gateway;
  readonly order: 'serial' | 'shuffled';
  readonly concurrency: number;
  readonly measured?: string;
  readonly alerts?: string;
  readonly trace?: boolean;
  readonly fault: FaultRule[];
  readonly node?: string;
}

/** The package's folder. Files are written to the current folder. */
const ROOT = resolve(import.meta.dirname, '../../..');
const GROUP = 'demo';
const NO_ALERTS: LocalAlerts = { settings: {}, secrets: {} };
/** Default ports, used when they are free. */
const DEFAULT_PORT = 9443;
const DEFAULT_API_PORT = 9080;

const portNumber = (text: string): number => {
  const port = Number(text);
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new InvalidArgumentError('A port is a number from 0 to 65535.');
  return port;
};

const concurrencyOf = (text: string): number => {
  const executions = Number(text);
  if (!Number.isInteger(executions) || executions < 10 || executions > 100_000)
    throw new InvalidArgumentError('The concurrency of an account is a whole number from 10 to 100000.');
  return executions;
};

/** A given port must be used; if the default port is taken, any free port is used. */
const choosePort = async (given: number | undefined, fallback: number, listen: string): Promise<number> =>
  given ?? ((await isPortFree(listen, fallback)) ? fallback : 0);

const certificateOf = async ({ cert, key, host, state }: StartOptions) => {
  if (cert === undefined && key === undefined) {
    const made = await loadOrCreateCertificate(join(state, 'tls'), [host]);
    return { cert: made.cert, key: made.key, caFile: made.caFile };
  }
  if (cert === undefined || key === undefined) throw new Error('Give --cert and --key together.');
  return { cert: await readFile(cert, 'utf8'), key: await readFile(key, 'utf8'), caFile: resolve(cert) };
};

type Certificate = Awaited<ReturnType<typeof certificateOf>>;

const startCloud = async (
  options: StartOptions,
  tls: Certificate,
  secrets: LocalAlerts['secrets'],
): Promise<LocalCloud> => {
  const { state, data, host, listen, order, node, concurrency } = options;
  const relay = relayOptions(options.gateway, tls, host);
  const cloud = await startLocalCloud({
    ...relay,
    assembly: join(state, 'cdk.out'),
    host,
    listen,
    tls,
    secrets: { ...relay.secrets, ...secrets },
    order,
    accountConcurrency: concurrency,
    webSocketPort: await choosePort(options.port, DEFAULT_PORT, listen),
    apiPort: await choosePort(options.apiPort, DEFAULT_API_PORT, listen),
    limits: options.measured === undefined ? {} : await readLimits(options.measured),
    ...omitUndefined({ dataDir: data === undefined ? undefined : resolve(data), nodePath: node }),
    // Starts and stops of execution environments are only interesting with --trace.
    log: ({ source, message }) => {
      if (!options.trace && source === 'lambda') return;
      // Each line of a stack trace gets the label, so that no text looks like one of our lines.
      for (const line of message.split('\n')) print(`local cloud  ${source}: ${line}`);
    },
    onOutput: (functionName, _, line) => {
      const warning = functionLogLine(functionName, line);
      if (warning) print(warning);
    },
  });
  cloud.alarms.onChange((change) => print(alarmLine(change)));
  cloud.mails.subscribe((mail) => {
    for (const line of mailLines(mail)) print(line);
  });
  cloud.sesMails.subscribe((mail) => {
    keepMail(join(resolve(data ?? state), 'mails'), mail)
      .then((file) => print(keptMailLine(mail, file)))
      .catch((error: Error) => print(keptMailLine(mail, `not kept: ${error.message}`)));
  });
  if (options.trace) cloud.calls.subscribe((call) => print(traceLine(call)));
  cloud.events.subscribe(({ event }) => {
    const line = storedLine(event['detail-type'], event.detail as Record<string, unknown>);
    if (line) print(line);
  });
  return cloud;
};

/** Creates the simulator, not connected yet, and stores its NetBackup API key for clients of the demo. */
const createSimulator = async (
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

/** The folder holds keys, so it must not be committed if it lies in a repository. */
const createStateFolder = async (state: string): Promise<void> => {
  if (await createPrivateFolder(state)) await writeFile(join(state, '.gitignore'), '*\n');
};

const start = async (given: StartOptions): Promise<void> => {
  const options = { ...given, state: resolve(given.state) };
  const { state } = options;
  const stopping = interrupted();
  await createStateFolder(state);
  // It holds the key of the local KMS in clear text.
  if (given.data !== undefined) await createPrivateFolder(resolve(given.data));
  const unlock = lock(join(state, 'lock'));
  const stops: (() => Promise<void> | void)[] = [unlock];
  try {
    const { settings, secrets } = options.alerts === undefined ? NO_ALERTS : await readAlerts(options.alerts);
    print('Synthesizing the deployment …');
    const changed = await synthesize(ROOT, join(state, 'cdk.out'), {
      ...ON_THIS_MACHINE,
      ...gatewaySettings(options.gateway),
      ...settings,
      accountConcurrency: options.concurrency,
    });
    print(
      changed ? 'Synthesized. Starting the local cloud …' : 'Nothing has changed. Starting the local cloud …',
    );
    const tls = await certificateOf(options);
    const cloud = await startCloud(options, tls, secrets);
    stops.push(() => cloud.stop());
    for (const fault of options.fault) cloud.faults.add(fault);
    const { connection, connectionFile, details } = await setUpGroup(cloud, GROUP, tls.caFile, options);
    const primary = options.simulator
      ? await createSimulator(cloud, connection.adminKey, details, tls)
      : undefined;
    welcome(print, connection, {
      groupId: GROUP,
      connectionFile,
      ...(given.state === STATE_DIR ? {} : { state: given.state }),
      ...(options.gateway === 'both' ? { relayUrl: cloud.balancerUrl } : {}),
    });
    for (const line of exposure(options, cloud)) print(line);
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
    .option('--no-simulator', 'do not start the simulated NetBackup: the group waits for your own client')
    .option('--state <dir>', 'folder for the synthesized app, the certificate and connection.json', STATE_DIR)
    .option('--data <dir>', 'folder that keeps stored data; default: in memory')
    .option('--listen <address>', 'address that the WebSocket and the API listen on', '127.0.0.1')
    .option('--host <name>', 'host name by which NetBackup reaches this machine', 'localhost')
    .option('--cert <file>', 'PEM certificate for the WebSocket; default: self-signed')
    .option('--key <file>', 'private key of the certificate')
    .option('--port <n>', `port of the WebSocket (${DEFAULT_PORT}, or any free port)`, portNumber)
    .option('--api-port <n>', `port of the API (${DEFAULT_API_PORT}, or any free port)`, portNumber)
    .addOption(
      new Option('--gateway <name>', 'what NetBackup connects to: docs/relay.md')
        .choices(GATEWAYS)
        .default('api-gateway'),
    )
    .addOption(
      new Option('--order <mode>', 'order in which messages of one connection reach the functions')
        .choices(['serial', 'shuffled'])
        .default('serial'),
    )
    .option(
      '--concurrency <n>',
      'concurrent executions of the account; 10 as in a new one',
      concurrencyOf,
      DEFAULT_CONCURRENCY,
    )
    .option('--measured <file>', "limits of the gateway as 'nbwss verify --json' has measured them")
    .option('--alerts <file>', 'file of alerts to send from this machine, with their secrets: docs/alerts.md')
    .option('--trace', 'print every AWS call with its caller, units and time')
    .option(
      '--fault <rule>',
      'e.g. function=notify,service=dynamodb,when=after,do=kill; may be repeated',
      collectFault,
      [],
    )
    .option('--node <path>', 'Node.js that runs the functions; default: this one')
    .action(start);
};
