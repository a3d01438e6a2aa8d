import { omitUndefined } from '../../omit-undefined.ts';
import {
  decode,
  encode,
  type Message,
  type MessageSubType,
  type MessageType,
  UndecodableError,
} from '../../wire/codec.ts';
import type { Socket } from '../../wire/socket.ts';
import { trustedOrMachine } from '../../wire/trust.ts';
import type { Timer } from '../clock.ts';
import type { FaultyConnection, Packet } from '../faults/fault.ts';
import type { ConnectionContext } from './context.ts';
import type { StoredEndpoint } from './endpoint-store.ts';
import { KeepAlive } from './keep-alive.ts';

/** A contract violation; `text` is the beginning of the message. */
export interface Violation {
  readonly clause: string;
  readonly reason: string;
  readonly text: string;
}

/** Receives the events of a connection. `ended` is called exactly once, last. */
export interface ConnectionOwner {
  established(connection: Connection): void;
  received(connection: Connection, message: Message): void;
  violated(connection: Connection, violation: Violation): void;
  ended(connection: Connection, code: number, reason: string): void;
}

/** One connection to an endpoint: socket, CONNECT exchange (CON-1 to CON-3), keep-alive (CON-7), decoding (ENV-5). */
export class Connection {
  readonly endpoint: StoredEndpoint;
  readonly #context: ConnectionContext;
  readonly #owner: ConnectionOwner;
  readonly #socket: Socket;
  readonly #timers = new Set<Timer>();
  readonly #connectId: string;
  #state: 'opening' | 'connecting' | 'established' | 'closing' | 'ended' = 'opening';
  #wasEstablished = false;
  #isMuted = false;
  #keepAlive: KeepAlive | undefined;
  #deadline: Timer | undefined;
  #endReason = '';

  constructor(endpoint: StoredEndpoint, context: ConnectionContext, owner: ConnectionOwner) {
    this.endpoint = endpoint;
    this.#context = context;
    this.#owner = owner;
    this.#connectId = context.newId();
    const { assumptions, openSocket, trusted } = context;
    const pinned = assumptions.certificatePinned ? endpoint.certificate?.fingerprint : undefined;
    this.#startDeadline('connection');
    this.#socket = openSocket(
      endpoint.details.url,
      {
        trusted: withApproved(trusted, endpoint),
        timeoutMs: assumptions.connectTimeoutMs,
        ...omitUndefined({ fingerprint: pinned }),
      },
      {
        opened: () => this.#opened(),
        message: (data, isBinary) => this.#message(data, isBinary),
        ponged: () => this.#keepAlive?.ponged(),
        failed: (error) => this.#failed(error),
        closed: (code, reason) => this.#closed(code, reason),
      },
    );
  }

  get isEstablished(): boolean {
    return this.#state === 'established';
  }

  /** Whether CONNECT RESPONSE was `valid: true`; stays true after the end. */
  get wasEstablished(): boolean {
    return this.#wasEstablished;
  }

  /** Sends one message, changed by the active faults. Has no effect when the connection is not open. */
  send(message: Message, text = encode(message)): void {
    let packets: Packet[] = [{ message, text, delayMs: 0 }];
    for (const fault of this.#context.faults) {
      const { outgoing } = fault;
      if (outgoing) packets = packets.flatMap((packet) => outgoing.call(fault, packet, this.#context));
    }
    for (const packet of packets) {
      if (packet.delayMs === 0) this.#transmit(packet.text);
      else this.#later(packet.delayMs, () => this.#transmit(packet.text));
    }
  }

  /** Sends any text, without faults. */
  sendText(text: string): void {
    this.#transmit(text);
  }

  /** A message with the current time. */
  createMessage(type: MessageType, subType: MessageSubType, id: string, payload: unknown): Message {
    return { version: '1.0', id, type, subType, timeStamp: this.#context.timeStamp(), payload };
  }

  /** Starts closing; `ended` follows. */
  close(code: number, reason: string): void {
    if (this.#state === 'closing' || this.#state === 'ended') return;
    this.#endReason = reason;
    this.#state = 'closing';
    this.#keepAlive?.stop();
    if (this.#isMuted) {
      this.#socket.terminate();
      return;
    }
    this.#socket.close(code, reason);
    this.#later(CLOSE_GRACE_MS, () => this.#socket.terminate());
  }

  #opened(): void {
    if (this.#state !== 'opening') return;
    this.#state = 'connecting';
    this.#startDeadline('CONNECT RESPONSE');
    let { token } = this.endpoint.details;
    for (const fault of this.#context.faults) token = fault.token?.(token) ?? token;
    this.send(this.createMessage('CONNECT', 'REQUEST', this.#connectId, { token }));
  }

  #message(data: Buffer, isBinary: boolean): void {
    if (this.#state === 'closing' || this.#state === 'ended' || this.#isMuted) return;
    let message: Message;
    try {
      message = decode(data, isBinary);
    } catch (error) {
      if (!(error instanceof UndecodableError)) throw error;
      this.violate('ENV-5', error.message, data.toString());
      if (!this.#context.properties.ignoreDecoder) this.close(1007, `cannot decode: ${error.message}`);
      return;
    }
    if (message.type === 'CONNECT') this.#connectMessage(message, data.toString());
    else if (this.#state === 'established') this.#owner.received(this, message);
    else this.violate('CON-2', `${message.type} ${message.subType} before CONNECT RESPONSE`, data.toString());
  }

  #connectMessage(message: Message, text: string): void {
    if (message.subType === 'REQUEST') {
      this.violate('CON-1', 'only NetBackup sends CONNECT REQUEST', text);
    } else if (message.id !== this.#connectId) {
      this.violate('ENV-4', 'CONNECT RESPONSE with another id than its request', text);
    } else if (this.#state === 'established') {
      this.violate('ENV-4', 'a second CONNECT RESPONSE', text);
    } else if ((message.payload as { valid: boolean }).valid) {
      this.#established();
    } else {
      this.endpoint.refused = true;
      this.close(1000, 'the token is not valid (CON-3)');
    }
  }

  #established(): void {
    const { clock, properties, faults } = this.#context;
    clock.clearTimeout(this.#deadline);
    this.#state = 'established';
    this.#wasEstablished = true;
    this.#keepAlive = new KeepAlive(
      clock,
      properties.pingIntervalMs,
      properties.maxPongMissAllowed,
      () => {
        if (!this.#isMuted) this.#socket.ping();
      },
      () => {
        this.#endReason = `${properties.maxPongMissAllowed} pongs missed (CON-7)`;
        this.#socket.terminate();
      },
    );
    this.#owner.established(this);
    for (const fault of faults) fault.established?.(this.#faultyConnection(), this.#context);
  }

  #faultyConnection(): FaultyConnection {
    return {
      cut: () => this.#socket.terminate(),
      later: (ms, task) => this.#later(ms, task),
      mute: () => {
        this.#isMuted = true;
        this.#socket.mute();
      },
    };
  }

  /** Reports a contract violation; the connection stays open. */
  violate(clause: string, reason: string, text: string): void {
    this.#owner.violated(this, { clause, reason, text: text.slice(0, 500) });
  }

  #failed(error: Error): void {
    this.#endReason ||= error.message;
    if ((error as NodeJS.ErrnoException).code === 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH') {
      this.violate('CMD-5', 'a packet larger than 2 MB', '');
    }
  }

  #closed(code: number, reason: string): void {
    if (this.#state === 'ended') return;
    this.#state = 'ended';
    this.#keepAlive?.stop();
    for (const timer of this.#timers) this.#context.clock.clearTimeout(timer);
    this.#context.clock.clearTimeout(this.#deadline);
    this.#owner.ended(this, code, reason || this.#endReason);
    if (!this.#wasEstablished) return;
    for (const fault of [...this.#context.faults]) fault.ended?.(this.#context);
  }

  #transmit(text: string): void {
    if (this.#isMuted || this.#state === 'ended' || this.#state === 'opening') return;
    const frameBytes = this.#context.faults.find((fault) => fault.frameBytes !== undefined)?.frameBytes;
    this.#socket.send(text, frameBytes ?? this.#context.assumptions.frameBytes);
  }

  #startDeadline(what: string): void {
    const { clock, assumptions } = this.#context;
    clock.clearTimeout(this.#deadline);
    this.#deadline = clock.setTimeout(() => {
      this.#endReason = `timeout: no ${what} within ${assumptions.connectTimeoutMs / 1000} s`;
      this.#socket.terminate();
    }, assumptions.connectTimeoutMs);
  }

  #later(ms: number, task: () => void): void {
    const timer = this.#context.clock.setTimeout(() => {
      this.#timers.delete(timer);
      task();
    }, ms);
    this.#timers.add(timer);
  }
}

/** Timeout of the closing handshake, after which the TCP connection is cut [assumed]. */
const CLOSE_GRACE_MS = 5000;

/** The trusted certificates and the approved one (EPT-5). */
function withApproved(trusted: readonly string[], { certificate }: StoredEndpoint): readonly string[] {
  if (!certificate) return trusted;
  return [...trustedOrMachine(trusted), certificate.pem];
}
