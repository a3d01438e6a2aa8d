import { omitUndefined } from '../omit-undefined.ts';
import { decode, encode, type Message, UndecodableError } from './codec.ts';
import { isTokenAccepted } from './create-message.ts';
import { openTlsSocket, type Socket } from './socket.ts';
import { startTimeout } from './timeout.ts';

/** One received message: `message` if NBWSS can decode it, otherwise `error` with the reason. */
export interface Received {
  readonly text: string;
  readonly isBinary: boolean;
  readonly message?: Message;
  readonly error?: string;
  /** The state of the CONNECT exchange when it arrived. */
  readonly phase: Phase;
}

/** The state of the CONNECT exchange (CON-1 to CON-3). */
export type Phase = 'opened' | 'requested' | 'established' | 'refused';

/** A request and its responses. */
export interface Exchange {
  readonly request: Message;
  readonly responses: Message[];
}

export interface Closed {
  readonly code: number;
  readonly reason: string;
}

/** The result of a request: a response after `ms`, a closed connection, or a timeout. */
export type Reply =
  | { readonly kind: 'response'; readonly message: Message; readonly ms: number }
  | { readonly kind: 'closed'; readonly code: number }
  | { readonly kind: 'timeout' };

export interface PeerOptions {
  readonly trusted: readonly string[];
  /** Timeout of the WebSocket upgrade. */
  readonly timeoutMs: number;
  /** The response to a COMMAND REQUEST; undefined for none. */
  readonly respond?: (request: Message) => Message | undefined;
}

/** Below the limits of known gateways. */
const FRAME_BYTES = 16_000;
const CLOSE_MS = 3_000;

/** NetBackup's side of one connection: sends what the caller requests, and records all that it receives. */
export class Peer {
  readonly received: Received[] = [];
  readonly exchanges: Exchange[] = [];
  #phase: Phase = 'opened';
  #closed: Closed | undefined;
  #failure: NodeJS.ErrnoException | undefined;
  #pongs = 0;
  #socket: Socket | undefined;
  readonly #waiters = new Set<() => void>();
  readonly #respond: PeerOptions['respond'];

  private constructor(respond: PeerOptions['respond']) {
    this.#respond = respond;
  }

  /** Opens a connection. Rejects with the reason if it cannot be opened. */
  static open(url: string, { trusted, timeoutMs, respond }: PeerOptions): Promise<Peer> {
    const peer = new Peer(respond);
    return new Promise((resolve, reject) => {
      let isOpen = false;
      peer.#socket = openTlsSocket(
        url,
        { trusted, timeoutMs },
        {
          opened: () => {
            isOpen = true;
            resolve(peer);
          },
          message: (data, isBinary) => peer.#receive(data, isBinary),
          ponged: () => {
            peer.#pongs++;
            peer.#notifyWaiters();
          },
          failed: (error) => {
            peer.#failure = error;
            if (!isOpen) reject(error);
          },
          closed: (code, reason) => {
            peer.#closed = { code, reason };
            peer.#notifyWaiters();
            if (!isOpen) reject(new Error(`closed with ${code}`));
          },
        },
      );
    });
  }

  /** The close code and reason; undefined while the connection is open. */
  get closed(): Closed | undefined {
    return this.#closed;
  }

  /** Whether it was closed because a packet was larger than 2 MB (CMD-5). */
  get receivedTooLargePacket(): boolean {
    return this.#failure?.code === 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH';
  }

  get isEstablished(): boolean {
    return this.#phase === 'established' && !this.#closed;
  }

  send(message: Message, text = encode(message), frameBytes = FRAME_BYTES): void {
    if (message.type === 'CONNECT' && this.#phase === 'opened') this.#phase = 'requested';
    if (message.subType === 'REQUEST') this.exchanges.push({ request: message, responses: [] });
    this.sendText(text, frameBytes);
  }

  /** Sends any text, valid or not. */
  sendText(text: string, frameBytes = FRAME_BYTES): void {
    this.#socket?.send(text, frameBytes);
  }

  /** Sends a request and waits for its response. */
  async request(
    message: Message,
    timeoutMs: number,
    { text = encode(message), frameBytes = FRAME_BYTES }: { text?: string; frameBytes?: number } = {},
  ): Promise<Reply> {
    const startedAt = performance.now();
    this.send(message, text, frameBytes);
    const exchange = this.exchanges.at(-1);
    const response = await this.waitFor(() => exchange?.responses[0], timeoutMs);
    if (response)
      return { kind: 'response', message: response, ms: Math.round(performance.now() - startedAt) };
    return this.#closed ? { kind: 'closed', code: this.#closed.code } : { kind: 'timeout' };
  }

  /** Sends a ping. Resolves with the milliseconds until its pong, undefined without one. */
  async ping(timeoutMs: number): Promise<number | undefined> {
    const startedAt = performance.now();
    const expected = this.#pongs + 1;
    this.#socket?.ping();
    const found = await this.waitFor(() => (this.#pongs >= expected ? true : undefined), timeoutMs);
    return found && Math.round(performance.now() - startedAt);
  }

  /** Calls `find` after each event until it returns a value. Undefined on a timeout or a closed connection. */
  waitFor<T>(find: () => T | undefined, timeoutMs: number): Promise<T | undefined> {
    return new Promise((resolve) => {
      const finish = (value: T | undefined): void => {
        stop();
        this.#waiters.delete(check);
        resolve(value);
      };
      const check = (): void => {
        const value = find();
        if (value !== undefined || this.#closed) finish(value);
      };
      const stop = startTimeout(timeoutMs, () => finish(find()));
      this.#waiters.add(check);
      check();
    });
  }

  /** Resolves with the close code and reason; undefined if the connection is still open at the timeout. */
  async waitForClose(timeoutMs: number): Promise<Closed | undefined> {
    await this.waitFor(() => undefined, timeoutMs);
    return this.#closed;
  }

  /** Closes like NBWSS does; cuts the TCP connection if the other side does not complete the close. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#socket?.close(1000, '');
    if (!(await this.waitForClose(CLOSE_MS))) await this.cut();
  }

  /** Stops reading permanently: to the other side the connection is half-open. */
  mute(): void {
    this.#socket?.mute();
  }

  /** Cuts the TCP connection. */
  async cut(): Promise<void> {
    this.#socket?.terminate();
    await this.waitForClose(CLOSE_MS);
  }

  #receive(data: Buffer, isBinary: boolean): void {
    const text = data.toString();
    const phase = this.#phase;
    let message: Message | undefined;
    let reason: string | undefined;
    try {
      message = decode(data, isBinary);
    } catch (error) {
      if (!(error instanceof UndecodableError)) throw error;
      reason = error.message;
    }
    this.received.push({
      text,
      isBinary,
      phase,
      ...omitUndefined({ message, error: reason }),
    });
    const envelope = message ?? envelopeOf(text);
    if (envelope) this.#handle(envelope);
    this.#notifyWaiters();
  }

  #handle(message: Message): void {
    if (message.subType === 'RESPONSE') {
      this.#exchangeOf(message)?.responses.push(message);
      if (message.type === 'CONNECT' && this.#phase === 'requested') {
        this.#phase = isTokenAccepted(message) ? 'established' : 'refused';
      }
    } else if (message.type === 'COMMAND') {
      const response = this.#respond?.(message);
      if (response) this.sendText(encode(response));
    }
  }

  /** By id, unanswered requests first; without a match the last request of that type. */
  #exchangeOf({ id, type }: Message): Exchange | undefined {
    const sameType = this.exchanges.filter(({ request }) => request.type === type);
    const sameId = sameType.filter(({ request }) => request.id === id);
    return sameId.find(({ responses }) => responses.length === 0) ?? sameId.at(-1) ?? sameType.at(-1);
  }

  #notifyWaiters(): void {
    for (const waiter of [...this.#waiters]) waiter();
  }
}

/** The envelope of an undecodable message, if it has one: its request can still be found. */
function envelopeOf(text: string): Message | undefined {
  let value: Partial<Message> | null;
  try {
    value = JSON.parse(text) as Partial<Message> | null;
  } catch {
    return undefined;
  }
  return typeof value?.type === 'string' && typeof value.subType === 'string'
    ? (value as Message)
    : undefined;
}
