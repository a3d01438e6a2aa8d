/** `nbwss tunnel`: NetBackup's REST API of one group on a local port, for clients with nothing but a host setting. */
import { createServer, Agent as HttpAgent, type RequestListener, type Server } from 'node:http';
import { createServer as createTlsServer, Agent as HttpsAgent } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join, resolve } from 'node:path';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { accountOf } from './api-client.ts';
import { loadOrCreateCertificate } from './certificate.ts';
import { forward, type Target } from './forward.ts';

interface TunnelOptions {
  readonly listen: { readonly host: string; readonly port: number };
  readonly http?: boolean;
  readonly api?: string;
  readonly key?: string;
  readonly state: string;
}

const ROOT = resolve(import.meta.dirname, '../..');
/** More than the fifty that clients open at a time. */
const MOST_SOCKETS = 128;

const print = (line: string): void => void process.stdout.write(`${line}\n`);

const addressOf = (text: string): TunnelOptions['listen'] => {
  const [, host, port] = /^(?:\[?([^\]]+?)\]?:)?(\d{1,5})$/.exec(text) ?? [];
  if (port === undefined || Number(port) > 65_535)
    throw new InvalidArgumentError('Give host:port, such as 127.0.0.1:1556.');
  return { host: host ?? '127.0.0.1', port: Number(port) };
};

const listening = (server: Server, { host, port }: TunnelOptions['listen']): Promise<AddressInfo> =>
  new Promise((ready, failed) => {
    server.once('error', failed);
    server.listen(port, host, () => ready(server.address() as AddressInfo));
  });

const interrupted = (): Promise<void> =>
  new Promise((done) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => done());
  });

const tunnel = async (groupId: string, options: TunnelOptions): Promise<void> => {
  const stopping = interrupted();
  const { listen, state } = options;
  const connectionFile = join(resolve(ROOT, state), 'connection.json');
  const account = await accountOf({ url: options.api, key: options.key }, connectionFile);
  const { url: apiUrl, key: apiKey } = account;
  const { host } = listen;
  const tls = options.http
    ? undefined
    : await loadOrCreateCertificate(join(resolve(ROOT, state), 'tunnel'), [host]);
  const settings = { keepAlive: true, maxSockets: MOST_SOCKETS };
  const agent = apiUrl.startsWith('https:') ? new HttpsAgent(settings) : new HttpAgent(settings);
  const target: { -readonly [K in keyof Target]: Target[K] } = {
    apiUrl,
    apiKey,
    groupId,
    agent,
    here: '',
    print,
    ...(tls ? { caCertificate: tls.cert } : {}),
  };
  const listener: RequestListener = (request, response) => void forward(target, request, response);
  const server = tls ? createTlsServer({ cert: tls.cert, key: tls.key }, listener) : createServer(listener);
  // Longer than a call may wait, so that an idle client finds its connection open.
  server.keepAliveTimeout = 75_000;
  const { port } = await listening(server, listen);
  target.here = `${tls ? 'https' : 'http'}://${host.includes(':') ? `[${host}]` : host}:${port}`;
  print(`NetBackup's API of the group ${groupId}: ${target.here}/netbackup/`);
  if (tls) print(`CA certificate for your client: ${tls.caFile}`);
  await stopping;
  agent.destroy();
  server.closeAllConnections();
  await new Promise((closed) => server.close(closed));
};

/** Adds `nbwss tunnel GROUP`. */
export const registerTunnel = (program: Command): void => {
  program
    .command('tunnel <group>')
    .description("offer a group's NetBackup REST API on a local port")
    .addOption(
      new Option('--listen <address>', 'where to listen; port 0 for any free one')
        .argParser(addressOf)
        .default({ host: '127.0.0.1', port: 1556 }, '127.0.0.1:1556'),
    )
    .option('--http', 'without TLS')
    .option('--api <url>', "the deployment's API; else NBWSS_URL, else what npm start runs")
    .option('--key <key>', 'API key with the scope command; else NBWSS_API_KEY, else the key of npm start')
    .option('--state <dir>', 'where the certificate goes, and connection.json of npm start is', '.local')
    .action(tunnel);
};
