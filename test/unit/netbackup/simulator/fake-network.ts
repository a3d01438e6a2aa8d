import { type EndpointDetails, ManualClock, NetBackupPrimary } from '../../../../netbackup/index.ts';
import type { PrimaryOptions } from '../../../../netbackup/simulator/primary-options.ts';
import type { OpenSocket, SocketListener } from '../../../../netbackup/wire/socket.ts';

export type Message = Record<string, unknown> & {
  id: string;
  type: string;
  subType: string;
  timeStamp: number;
};
type Kinds = { object: string; notificationType: string; data: Record<string, unknown>[] }[];

/** The endpoint's side of one connection, without a network. */
class FakeConnection {
  readonly received: Message[] = [];
  isOpen = true;
  isMuted = false;
  pings = 0;
  frameBytes = 0;
  closedWith: { code: number; reason: string } | undefined;
  readonly listener: SocketListener;

  constructor(listener: SocketListener) {
    this.listener = listener;
  }

  send(text: string, isBinary = false): void {
    if (this.isOpen && !this.isMuted) this.listener.message(Buffer.from(text), isBinary);
  }

  respond(request: Message, payload: unknown): void {
    const { version, id, type } = request;
    this.send(JSON.stringify({ version, id, type, subType: 'RESPONSE', timeStamp: 1, payload }));
  }

  command(id: string, uri: string, over: Record<string, unknown> = {}): void {
    const headers = { 'Content-Type': 'application/vnd.netbackup+json;version=14.0' };
    const payload = { uri, method: 'GET', headers, ...over };
    this.send(
      JSON.stringify({ version: '1.0', id, type: 'COMMAND', subType: 'REQUEST', timeStamp: 1, payload }),
    );
  }

  /** Closes the connection from the endpoint or the network. */
  end(code = 1006, reason = ''): void {
    if (!this.isOpen) return;
    this.isOpen = false;
    this.closedWith = { code, reason };
    this.listener.closed(code, reason);
  }

  notifications(): Message[] {
    return this.received.filter(({ type }) => type === 'NOTIFICATION');
  }
}

/** An endpoint without a network. */
class FakeEndpoint {
  readonly connections: FakeConnection[] = [];
  isDown = false;
  isValid = true;
  answersConnect = true;
  acknowledges = true;
  ponges = true;

  get current(): FakeConnection {
    const connection = this.connections.at(-1);
    if (!connection) throw new Error('no connection');
    return connection;
  }

  notifications(): Message[] {
    return this.connections.flatMap((connection) => connection.notifications());
  }
}

/** A clock, endpoints by host name, and primaries that connect to them, without real time. */
export class FakeNetwork {
  readonly clock: ManualClock;
  readonly attempts: string[] = [];
  readonly #endpoints = new Map<string, FakeEndpoint>();

  constructor(now = Date.UTC(2026, 0, 15, 12)) {
    this.clock = new ManualClock(now);
  }

  endpoint(host: string): FakeEndpoint {
    const endpoint = this.#endpoints.get(host) ?? new FakeEndpoint();
    this.#endpoints.set(host, endpoint);
    return endpoint;
  }

  details(host: string, over: Partial<EndpointDetails> = {}): EndpointDetails {
    return { token: 'T', priority: 1, groupId: 'g', hostName: host, url: `wss://${host}/nbwss`, ...over };
  }

  /** A started primary, connected if possible; notifications are not delayed by default. */
  primary(endpoints: readonly EndpointDetails[], options: PrimaryOptions = {}): NetBackupPrimary {
    const primary = new NetBackupPrimary({
      clock: this.clock,
      openSocket: this.openSocket,
      endpoints,
      seed: 1,
      ...options,
      properties: { notificationDelayMs: 0, ...options.properties },
      quirks: { repeatedIds: false, timeZone: 'UTC', ...options.quirks },
    });
    primary.start();
    this.settle();
    return primary;
  }

  /** Runs everything that is due now. */
  settle(): void {
    for (let round = 0; round < 10; round++) this.clock.advance(0);
  }

  seconds(seconds: number): void {
    this.clock.advance(seconds * 1000);
    this.settle();
  }

  readonly openSocket: OpenSocket = (url, _options, listener) => {
    const { hostname } = new URL(url);
    this.attempts.push(hostname);
    const endpoint = this.endpoint(hostname);
    const connection = new FakeConnection(listener);
    const soon = (task: () => void): void => void this.clock.setTimeout(task, 0);
    soon(() => {
      if (!connection.isOpen) return;
      if (endpoint.isDown) {
        listener.failed(new Error('connect ECONNREFUSED'));
        connection.end();
        return;
      }
      endpoint.connections.push(connection);
      listener.opened();
    });
    return {
      send: (text, frameBytes) => {
        if (!connection.isOpen) return;
        connection.frameBytes = frameBytes;
        let message: Message;
        try {
          message = JSON.parse(text) as Message;
        } catch {
          message = { id: '', type: 'TEXT', subType: text, timeStamp: 0 };
        }
        connection.received.push(message);
        if (message.type === 'CONNECT' && endpoint.answersConnect) {
          soon(() => connection.respond(message, { valid: endpoint.isValid }));
        }
        if (message.type === 'NOTIFICATION' && endpoint.acknowledges)
          soon(() => connection.respond(message, []));
      },
      ping: () => {
        connection.pings++;
        if (endpoint.ponges && connection.isOpen) soon(() => listener.ponged());
      },
      close: (code, reason) => {
        // A muted peer never completes the closing handshake.
        if (!connection.isMuted) soon(() => connection.end(code, reason));
      },
      terminate: () => soon(() => connection.end()),
      mute: () => {
        connection.isMuted = true;
      },
    };
  };
}

/** A JOB notification. */
export function job(
  jobId: number,
  state = 'ACTIVE',
): { notificationType: string; object: string; data: Record<string, unknown> } {
  return { notificationType: 'INFO', object: 'JOB', data: { jobId, parentJobId: jobId, state } };
}

export function image(backupId: string, operationId = 'CREATE'): ReturnType<typeof job> {
  return { notificationType: 'INFO', object: 'IMAGE', data: { backupId, operationId } };
}

/** `JOB 1 2, IMAGE a_1` for a NOTIFICATION REQUEST. */
export function contents(message: Message): string {
  return (message['payload'] as Kinds)
    .map(({ object, data }) => `${object} ${data.map((item) => item['jobId'] ?? item['backupId']).join(' ')}`)
    .join(', ');
}
