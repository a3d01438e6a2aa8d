import { decode, encode, type Message, UndecodableError } from './codec.ts';
import { dialTls, type Socket } from './socket.ts';

/** One message as it came. `message` is there when NBWSS could decode it; `trouble` says why it could not. */
export interface Received {
  readonly text: string;
  readonly isBinary: boolean;
  readonly message?: Message;
  readonly trouble?: string;
  /** What this side had sent of CONNECT when it came. */
  readonly phase: Phase;
}

/** How far the CONNECT exchange is (CON-1 to CON-3). */
export type Phase = 'opened' | 'asked' | 'established' | 'refused';

/** A request, and what came in answer to it. */
export interface Exchange {
  readonly request: Message;
  readonly responses: Message[];
}

export interface Closed {
  readonly code: number;
  readonly reason: string;
}

/** What an endpoint did with a request: answered it after `ms`, closed, or nothing at all. */
export type Reply =
  | { readonly kind: 'answer'; readonly message: Message; readonly ms: number }
  | { readonly kind: 'closed'; readonly code: number }
  | { readonly kind: 'silence' };

export interface PeerOptions {
  readonly trusted: readonly string[];
  /** How long the upgrade may take. */
  readonly timeoutMs: number;
  /** Answers a COMMAND REQUEST; undefined leaves it unanswered. */
  readonly answer?: (request: Message) => Message | undefined;
}

/** Small enough for every gateway that limits frames. */
const FRAME_BYTES = 16_000;
const CLOSE_MS = 3_000;
/** A timer that is later than this did not fire when it was due. */
const STALL_MS = 200;

/** NBWSS's end of one connection, doing exactly what it is told and remembering all that comes. */
export class Peer {
  readonly received: Received[] = [];
  readonly exchanges: Exchange[] = [];
  #phase: Phase = 'opened';
  #closed: Closed | undefined;
  #failure: NodeJS.ErrnoException | undefined;
  #pongs = 0;
  #socket: Socket | undefined;
  readonly #looks = new Set<() => void>();
  readonly #answer: PeerOptions['answer'];

  private constructor(answer: PeerOptions['answer']) {
    this.#answer = answer;
  }

  /** Opens the socket. Rejects with an Error that says why it could not be opened. */
  static open(url: string, { trusted, timeoutMs, answer }: PeerOptions): Promise<Peer> {
    const peer = new Peer(answer);
    return new Promise((resolve, reject) => {
      let isOpen = false;
      peer.#socket = dialTls(
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
            peer.#look();
          },
          failed: (error) => {
            peer.#failure = error;
            if (!isOpen) reject(error);
          },
          closed: (code, reason) => {
            peer.#closed = { code, reason };
            peer.#look();
            if (!isOpen) reject(new Error(`closed with ${code}`));
          },
        },
      );
    });
  }

  /** How it ended; undefined while it is open. */
  get end(): Closed | undefined {
    return this.#closed;
  }

  /** True when it ended because a packet above 2 MB came (CMD-5). */
  get isOverrun(): boolean {
    return this.#failure?.code === 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH';
  }

  get isEstablished(): boolean {
    return this.#phase === 'established' && !this.#closed;
  }

  send(message: Message, text = encode(message), frameBytes = FRAME_BYTES): void {
    if (message.type === 'CONNECT' && this.#phase === 'opened') this.#phase = 'asked';
    if (message.subType === 'REQUEST') this.exchanges.push({ request: message, responses: [] });
    this.sendText(text, frameBytes);
  }

  /** Sends text that need not be a message. */
  sendText(text: string, frameBytes = FRAME_BYTES): void {
    this.#socket?.send(text, frameBytes);
  }

  /** Sends a request and waits for its response. */
  async ask(
    request: Message,
    withinMs: number,
    { text = encode(request), frameBytes = FRAME_BYTES }: { text?: string; frameBytes?: number } = {},
  ): Promise<Reply> {
    const begun = performance.now();
    this.send(request, text, frameBytes);
    const exchange = this.exchanges.at(-1);
    const message = await this.until(() => exchange?.responses[0], withinMs);
    if (message) return { kind: 'answer', message, ms: Math.round(performance.now() - begun) };
    return this.#closed ? { kind: 'closed', code: this.#closed.code } : { kind: 'silence' };
  }

  /** Sends a ping; the milliseconds until its pong, undefined when none came. */
  async ping(withinMs: number): Promise<number | undefined> {
    const begun = performance.now();
    const wanted = this.#pongs + 1;
    this.#socket?.ping();
    const found = await this.until(() => (this.#pongs >= wanted ? true : undefined), withinMs);
    return found && Math.round(performance.now() - begun);
  }

  /** Looks after everything that happens. Undefined when the time is over, or the connection. */
  until<T>(look: () => T | undefined, withinMs: number): Promise<T | undefined> {
    return new Promise((resolve) => {
      const finish = (value: T | undefined): void => {
        clearTimeout(timer);
        this.#looks.delete(again);
        resolve(value);
      };
      const again = (): void => {
        const value = look();
        if (value !== undefined || this.#closed) finish(value);
      };
      // A stall of this machine must not count against the endpoint: what came meanwhile has not been read yet.
      const expire = (): void => {
        if (performance.now() - due < STALL_MS) {
          finish(look());
          return;
        }
        due = performance.now() + withinMs;
        timer = setTimeout(expire, withinMs);
      };
      let due = performance.now() + withinMs;
      let timer = setTimeout(expire, withinMs);
      this.#looks.add(again);
      again();
    });
  }

  /** Resolves with how it ended; undefined when it is still open after that time. */
  async ended(withinMs: number): Promise<Closed | undefined> {
    await this.until(() => undefined, withinMs);
    return this.#closed;
  }

  /** Closes as NBWSS does, and cuts the connection if the other side does not. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#socket?.close(1000, '');
    if (!(await this.ended(CLOSE_MS))) await this.cut();
  }

  /** Stops reading for good: to the other side it looks half-open. */
  mute(): void {
    this.#socket?.mute();
  }

  /** Cuts the TCP connection. */
  async cut(): Promise<void> {
    this.#socket?.terminate();
    await this.ended(CLOSE_MS);
  }

  #receive(data: Buffer, isBinary: boolean): void {
    const text = data.toString();
    const phase = this.#phase;
    let message: Message | undefined;
    let trouble: string | undefined;
    try {
      message = decode(data, isBinary);
    } catch (error) {
      if (!(error instanceof UndecodableError)) throw error;
      trouble = error.message;
    }
    this.received.push({
      text,
      isBinary,
      phase,
      ...(message && { message }),
      ...(trouble !== undefined && { trouble }),
    });
    const loose = message ?? envelopeOf(text);
    if (loose) this.#take(loose);
    this.#look();
  }

  #take(message: Message): void {
    if (message.subType === 'RESPONSE') {
      this.#exchangeOf(message)?.responses.push(message);
      if (message.type === 'CONNECT' && this.#phase === 'asked') {
        this.#phase =
          (message.payload as { valid?: unknown } | null)?.valid === true ? 'established' : 'refused';
      }
    } else if (message.type === 'COMMAND') {
      const answer = this.#answer?.(message);
      if (answer) this.sendText(encode(answer));
    }
  }

  /** By its id, the one that still waits first; else whatever was asked last of that type. */
  #exchangeOf({ id, type }: Message): Exchange | undefined {
    const ofType = this.exchanges.filter(({ request }) => request.type === type);
    const ofId = ofType.filter(({ request }) => request.id === id);
    return ofId.find(({ responses }) => responses.length === 0) ?? ofId.at(-1) ?? ofType.at(-1);
  }

  #look(): void {
    for (const look of [...this.#looks]) look();
  }
}

/** A message that breaks the contract in a detail only: what it answers can still be told. */
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
