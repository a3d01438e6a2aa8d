/** `nbwss tunnel`: NetBackup's REST API of one group on a local port, for clients with nothing but a host setting. */
import { readFile } from 'node:fs/promises';
import { createServer, Agent as HttpAgent, type RequestListener, type Server } from 'node:http';
import { createServer as createTlsServer, Agent as HttpsAgent } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join, resolve } from 'node:path';
import { type Command, InvalidArgumentError } from 'commander';
import { loadOrCreateCertificate } from './certificate.ts';
import type { Connection } from './demo.ts';
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

/** Where the API is and who we are there: as said, or as `npm start` left it. */
const accountOf = async ({ api, key, state }: TunnelOptions): Promise<{ apiUrl: string; apiKey: string }> => {
  if (api !== undefined && key !== undefined) return { apiUrl: api.replace(/\/+$/, ''), apiKey: key };
  const file = join(resolve(ROOT, state), 'connection.json');
  const text = await readFile(file, 'utf8').catch(() => {
    throw new Error(
      `Give --api and --key (or NBWSS_API_URL and NBWSS_API_KEY): there is no ${file} of a local deployment.`,
    );
  });
  const { apiUrl, apiKey } = JSON.parse(text) as Connection;
  return { apiUrl: api ?? apiUrl, apiKey: key ?? apiKey };
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
  const { apiUrl, apiKey } = await accountOf(options);
  const { host } = options.listen;
  const tls = options.http
    ? undefined
    : await loadOrCreateCertificate(join(resolve(ROOT, options.state), 'tunnel'), [host]);
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
  const { port } = await listening(server, options.listen);
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
    .option('--listen <address>', 'where to listen; port 0 for any free one', addressOf, {
      host: '127.0.0.1',
      port: 1556,
    })
    .option('--http', 'without TLS')
    .option('--api <url>', "the deployment's API", process.env['NBWSS_API_URL'])
    .option('--key <key>', 'API key with the scope command', process.env['NBWSS_API_KEY'])
    .option('--state <dir>', 'where the certificate goes, and connection.json of npm start is', '.local')
    .action(tunnel);
};
