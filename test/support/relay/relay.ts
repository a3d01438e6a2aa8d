/** A relay as a process: the bundle of the image, on an address of this machine. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { ApiGatewayManagementApiClient } from '@aws-sdk/client-apigatewaymanagementapi';
import { ECDSA, type KeyPair, makeCertificate } from '../../../bin/nbwss/certificate.ts';
import { bundleRelay, RELAY_ENTRY } from '../../../lib/constructs/relay-image.ts';
import { Program } from '../process.ts';
import { RawClient } from '../raw-client.ts';
import type { FakeAws } from './fake-aws.ts';

const WORKER = Number(process.env['JEST_WORKER_ID'] ?? '0');
const FOLDER = resolve(import.meta.dirname, '../../../.local/test', `relay-${WORKER}`);

let bundled: Promise<string> | undefined;
/** The path of the bundle, made once for each test file. */
const relayBundle = (): Promise<string> => {
  bundled ??= bundleRelay().then((bundles) =>
    writeTestFile('index.mjs', bundles.get(RELAY_ENTRY) as Uint8Array),
  );
  return bundled;
};

/** Writes a file that only this worker of jest uses, and returns its path. */
export const writeTestFile = (name: string, content: string | Uint8Array): string => {
  mkdirSync(FOLDER, { recursive: true });
  const path = resolve(FOLDER, name);
  writeFileSync(path, content);
  return path;
};

/** Addresses of this machine that no other test process uses; Linux accepts all of 127.0.0.0/8 without a set-up. */
const NETWORK = `127.${100 + ((process.pid >> 8) % 150)}.${process.pid % 256}`;
const ADDRESSES = Array.from({ length: 30 }, (_, at) => `${NETWORK}.${at + 1}`);
let used = 0;
export const nextAddress = (): string => {
  const address = ADDRESSES[used++];
  if (!address) throw new Error('A test file uses more addresses than there are.');
  return address;
};

/** For all of these addresses. */
export const newCertificate = (commonName = 'relay'): Promise<KeyPair> =>
  makeCertificate({ commonName, algorithm: ECDSA, days: 90, names: ADDRESSES });

const route = (routeKey: string, name: string, twoWay = false) => {
  return { routeKey, functionArn: `arn:aws:lambda:eu-central-1:123456789012:function:${name}`, twoWay };
};
export const ROUTES = [
  route('$connect', 'session'),
  route('$disconnect', 'session'),
  route('$default', 'session'),
  route('CONNECT', 'session'),
  route('NOTIFICATION', 'notify', true),
  route('COMMAND', 'respond'),
];

export interface RelayOptions {
  readonly aws: FakeAws;
  readonly environment?: Readonly<Record<string, string>>;
  readonly nodeOptions?: readonly string[];
}

export class Relay {
  readonly program: Program;
  readonly address: string;
  readonly aws: FakeAws;
  private constructor(program: Program, address: string, aws: FakeAws) {
    this.program = program;
    this.aws = aws;
    this.address = address;
  }

  /** Starts one without waiting for it. */
  static async launch({ aws, environment = {}, nodeOptions = [] }: RelayOptions): Promise<Relay> {
    const address = nextAddress();
    const env = {
      // Not those of jest: they change how much memory a process takes.
      NODE_OPTIONS: '',
      RELAY_ROUTES: JSON.stringify(ROUTES),
      RELAY_STAGE: 'prod',
      RELAY_TLS: 'off',
      RELAY_ADDRESS: address,
      RELAY_DRAIN_SECONDS: '60',
      POWERTOOLS_METRICS_NAMESPACE: 'test',
      ...aws.environment,
      ...environment,
    };
    return new Relay(new Program([...nodeOptions, await relayBundle()], { env }), address, aws);
  }

  /** Starts one that accepts connections. */
  static async start(options: RelayOptions): Promise<Relay> {
    const relay = await Relay.launch(options);
    await relay.program.says(/"code":"started"/);
    return relay;
  }

  /** Lines of its log with this code, parsed. */
  lines(code: string): Readonly<Record<string, unknown>>[] {
    const complete = this.program.output.split('\n').slice(0, -1);
    return complete.map((line) => JSON.parse(line)).filter((line) => line.code === code && line.level);
  }

  get url(): string {
    return `ws://${this.address}:8443/prod`;
  }

  /** A WebSocket client. @param ca the certificate, if the relay serves TLS */
  connect(ca = '', localAddress?: string): Promise<RawClient> {
    const url = ca ? this.url.replace('ws:', 'wss:') : this.url;
    return RawClient.open(url, ca, localAddress);
  }

  /** The same over plain TCP, with the id that the relay gave it. Only one at a time: they are told apart by their order. */
  async connectWithId(): Promise<readonly [client: RawClient, connectionId: string]> {
    const before = this.aws.invocations.length;
    const client = await this.connect();
    const connected = this.aws.invocations.slice(before).find(({ event }) => {
      const { eventType, domainName } = event.requestContext;
      return eventType === 'CONNECT' && domainName === this.address;
    });
    if (!connected) throw new Error('$connect was not invoked.');
    return [client, connected.event.requestContext.connectionId];
  }

  /** The SDK's client of the functions. */
  get sdk(): ApiGatewayManagementApiClient {
    return new ApiGatewayManagementApiClient({
      endpoint: `http://${this.address}:8081`,
      region: 'eu-central-1',
      credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'example' },
      maxAttempts: 1,
    });
  }

  /** A bare request to the management port, or to another one. */
  async http(
    method: string,
    path: string,
    options: { headers?: Record<string, string>; body?: string; port?: number } = {},
  ): Promise<{ status: number | undefined; headers: Readonly<Record<string, unknown>>; body: string }> {
    const { headers = {}, body = '', port = 8081 } = options;
    return new Promise((resolve, reject) => {
      const sent = request(
        { host: this.address, port, method, path, headers, agent: false },
        async (response) => {
          resolve({ status: response.statusCode, headers: response.headers, body: await text(response) });
        },
      );
      sent.once('error', reject);
      sent.end(body);
    });
  }
}
