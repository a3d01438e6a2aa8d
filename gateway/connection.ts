import { accepts } from './authentication.ts';
import { BINARY, type Close, closeReason, isCloseCode, NOT_READING, reasonOf } from './close.ts';
import type { ConnectionFacts } from './events.ts';
import { bytesRead, discardInput, limitChunks } from './frames.ts';
import { Inbox, type InboxOwner, type InboxShared } from './inbox.ts';
import type { Message } from './message.ts';
import type { GatewaySocket, SocketListener } from './socket.ts';
import type { ManagementAnswer } from './types.ts';

/** The context that all connections share. */
export interface ConnectionShared extends InboxShared {
  /** Handles one message. Never rejects. */
  handle(connection: Connection, message: Message): Promise<void>;
  /** A connection has ended. Called once for each. */
  ended(connection: Connection, close: Close): void;
  /** A connection has handled a message. */
  settled(connection: Connection): void;
}

/** In how many chunks of the socket one frame may arrive, before and after the client is accepted. */
const CHUNKS = { unauthenticated: 1024, accepted: 256 * 1024 };
/** If more than this of a message is under way, the end of a connection does not wait for the client's close frame after it. */
const DISCARDED_BYTES = 64 * 1024;
const NORMAL: Close = { code: 1000, reason: 'Connection Closed Normally' };
const TEXT = { binary: false };
const ignore = () => {};

/** One open connection, with its limits. Its end is reported once. */
export class Connection implements InboxOwner, SocketListener {
  readonly facts: ConnectionFacts;
  readonly inbox: Inbox;
  readonly #ws: GatewaySocket;
  readonly #shared: ConnectionShared;
  #accepted: boolean;
  #ended = false;
  #lastActiveAt: number;
  /** How many bytes the client had sent then. */
  #activeBytes: number;

  constructor(ws: GatewaySocket, facts: ConnectionFacts, shared: ConnectionShared) {
    const { limits, clock } = shared;
    this.facts = facts;
    this.#ws = ws;
    this.#shared = shared;
    this.#lastActiveAt = clock.now();
    this.#activeBytes = bytesRead(ws);
    this.#accepted = limits.unauthenticatedMessageBytes >= limits.messageBytes;
    if (!this.#accepted) limitChunks(ws, CHUNKS.unauthenticated);
    this.inbox = new Inbox(ws, this, shared);
    ws.listen(this);
  }

  get accepted(): boolean {
    return this.#accepted;
  }

  get ended(): boolean {
    return this.#ended;
  }

  received(data: Buffer, isBinary: boolean): void {
    if (this.#ended) return;
    const { closeReasons } = this.#shared.limits;
    if (isBinary) {
      this.end(closeReasons ? BINARY : { ...BINARY, reason: '' });
      return;
    }
    this.active();
    this.inbox.received(data);
  }

  pinged(): void {
    if (this.#shared.limits.pingCountsAsTraffic) this.active();
  }

  failed(code: number): void {
    this.end({ code, reason: '' });
  }

  closed(code: number, reason: string): void {
    this.#finish({ code, reason: reasonOf(code, reason) }, false);
  }

  active(): void {
    this.#lastActiveAt = this.#shared.clock.now();
    this.#activeBytes = bytesRead(this.#ws);
  }

  handle(message: Message): Promise<void> {
    return this.#shared.handle(this, message);
  }

  settled(): void {
    this.#shared.settled(this);
  }

  /** Ends the connection if it has been idle or open for too long. @returns epoch ms of the next check */
  checkTime(now: number): number {
    const { limits, count } = this.#shared;
    const isLate = this.#lastActiveAt + limits.idleMs <= now;
    // While the gateway itself does not read, the client is not idle; and one frame, without a ping in it, may take longer than the limit.
    const isArriving = limits.pingCountsAsTraffic && isLate && bytesRead(this.#ws) !== this.#activeBytes;
    if (this.#ws.isPaused || isArriving) this.active();
    const life = this.facts.connectedAt + limits.lifeMs;
    const idle = this.#lastActiveAt + limits.idleMs;
    if (Math.min(life, idle) > now) return Math.min(life, idle);
    if (idle <= now) count('IdleClosed');
    this.end(life <= now ? { code: 1001, reason: 'Going away' } : limits.idleClose);
    return Number.POSITIVE_INFINITY;
  }

  /** Sends a close frame, and ends the connection immediately. */
  end({ code, reason }: Close): void {
    if (this.#ended) return;
    const isInMessage = this.inbox.arrivingBytes > DISCARDED_BYTES;
    this.#ws.close(code, closeReason(reason));
    if (isInMessage) discardInput(this.#ws);
    this.#finish({ code, reason }, !this.#accepted);
  }

  /** Sends one text message in one frame. */
  send(body: Buffer | string): void {
    if (this.#ended) return;
    this.active();
    if (!this.#accepted && accepts(body)) {
      this.#accepted = true;
      limitChunks(this.#ws, CHUNKS.accepted);
    }
    this.#ws.send(body, TEXT, ignore);
  }

  /** Sends the answer to a message; a client that does not read its answers is disconnected. */
  answer(body: string): void {
    if (this.#ws.bufferedAmount > this.#shared.limits.clientBufferBytes) this.end(NOT_READING);
    else this.send(body);
  }

  /** PostToConnection: 200 means that the gateway has the message, not that the client has read it. */
  post(body: Buffer): ManagementAnswer {
    const { limits } = this.#shared;
    if (body.length > Math.min(limits.postBytes, limits.messageBytes)) return { status: 413 };
    if (this.#ws.bufferedAmount > limits.clientBufferBytes) return { status: 429 };
    this.send(body);
    return { status: 200 };
  }

  /** GetConnection, with its member names in JSON. */
  get(): ManagementAnswer {
    const { connectedAt, identity } = this.facts;
    const [since, active] = [connectedAt, this.#lastActiveAt].map((ms) => new Date(ms).toISOString());
    return { status: 200, body: { connectedAt: since, identity, lastActiveAt: active } };
  }

  /** DeleteConnection. API Gateway has one code and reason for it, in $disconnect too: boto/boto3#3789, aws/chalice#2060. */
  delete(close: Close = NORMAL): ManagementAnswer {
    if (!isCloseCode(close.code)) return { status: 400 };
    this.end(close);
    return { status: 204 };
  }

  #finish(close: Close, drops: boolean): void {
    if (this.#ended) return;
    this.#ended = true;
    this.inbox.close(drops);
    this.#shared.ended(this, close);
  }
}
