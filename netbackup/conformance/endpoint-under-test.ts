import type { Message } from '../wire/codec.ts';
import { connectRequest, createMessage, isTokenAccepted } from '../wire/create-message.ts';
import type { EndpointDetails } from '../wire/endpoint-details.ts';
import { Peer, type Reply } from '../wire/peer.ts';
import { ClauseFailed, NotCheckable } from './errors.ts';
import type { Operator } from './operator.ts';

/** Timeouts in milliseconds. */
export interface Limits {
  /** TCP, TLS and upgrade. */
  readonly openMs: number;
  /** Any response. */
  readonly answerMs: number;
  /** An acknowledgement (PRP-2). */
  readonly ackMs: number;
  /** How long to wait where no message is allowed. */
  readonly silenceMs: number;
}

export interface EndpointUnderTestOptions {
  readonly details: EndpointDetails;
  /** The doctor's warnings about the details, by EPT clause. */
  readonly detailsWarnings: Readonly<Record<string, string>>;
  readonly trusted: readonly string[];
  readonly limits: Limits;
  readonly operator: Operator | undefined;
}

/** Like NBWSS, which retries after 60 s: an endpoint may still be busy with the last connection. */
const MAX_TRIES = 3;
const RETRY_MS = 250;

/** The endpoint as the checks use it, with all messages of every connection. */
export class EndpointUnderTest {
  readonly details: EndpointDetails;
  readonly detailsWarnings: EndpointUnderTestOptions['detailsWarnings'];
  readonly limits: Limits;
  readonly peers: Peer[] = [];
  /** Acknowledgement times of every NOTIFICATION, in milliseconds. */
  readonly ackTimes: number[] = [];
  /** The response to COMMANDs; a check may replace it. */
  answer: (command: Message) => { status: number; headers: Record<string, string>; body: string } =
    answerPing;
  readonly #trusted: readonly string[];
  readonly #operator: Operator | undefined;
  #session: Peer | undefined;

  constructor({ details, detailsWarnings, trusted, limits, operator }: EndpointUnderTestOptions) {
    this.details = details;
    this.detailsWarnings = detailsWarnings;
    this.limits = limits;
    this.#trusted = trusted;
    this.#operator = operator;
  }

  /** The operator's side of the endpoint. Throws NotCheckable without one. */
  get operator(): Operator {
    if (!this.#operator)
      throw new NotCheckable("needs the operator's side: --url, and --key-file or NBWSS_API_KEY");
    return this.#operator;
  }

  /** Opens a connection without CONNECT. Throws ClauseFailed when the upgrade fails. */
  async open(): Promise<Peer> {
    try {
      const peer = await Peer.open(this.details.url, {
        trusted: this.#trusted,
        timeoutMs: this.limits.openMs,
        respond: (command) => this.#respond(command),
      });
      this.peers.push(peer);
      return peer;
    } catch (error) {
      throw new ClauseFailed(`the connection could not be opened: ${(error as Error).message}`);
    }
  }

  /** Opens a connection and sends the token. Throws ClauseFailed when it is not accepted. */
  async connect(): Promise<Peer> {
    const peer = await this.open();
    const reply = await peer.request(connectRequest(this.details.token), this.limits.answerMs);
    if (reply.kind !== 'response') throw new ClauseFailed(`CONNECT: ${describeReply(reply)}`);
    if (!isTokenAccepted(reply.message)) throw new ClauseFailed('the token was refused');
    return peer;
  }

  /** The connection that checks share; opened again after a close. Throws NotCheckable when that fails. */
  async session(): Promise<Peer> {
    if (this.#session?.isEstablished) return this.#session;
    for (let left = MAX_TRIES - 1; ; left--) {
      try {
        this.#session = await this.connect();
        return this.#session;
      } catch (error) {
        if (left === 0) throw new NotCheckable(`no connection: ${(error as Error).message}`);
        await pause(RETRY_MS);
      }
    }
  }

  /** Closes the shared connection. */
  async closeSession(): Promise<void> {
    await this.#session?.close();
    this.#session = undefined;
  }

  /** Sends a NOTIFICATION REQUEST. Throws ClauseFailed, with `what`, when it is not acknowledged. */
  async notify(
    what: string,
    payload: readonly unknown[],
    overrides: Partial<Message> = {},
  ): Promise<Message> {
    const request = createMessage('NOTIFICATION', 'REQUEST', payload, overrides);
    await this.requireAcknowledged(what, await this.send(request));
    return request;
  }

  /** Sends a NOTIFICATION REQUEST, by default on the shared connection. */
  async send(request: Message, frameBytes?: number, peer?: Peer): Promise<Reply> {
    const on = peer ?? (await this.session());
    const reply = await on.request(
      request,
      this.limits.answerMs,
      frameBytes === undefined ? {} : { frameBytes },
    );
    if (reply.kind === 'response') this.ackTimes.push(reply.ms);
    return reply;
  }

  /** Throws ClauseFailed without a response, and closes the shared connection. */
  async requireAcknowledged(what: string, reply: Reply): Promise<void> {
    if (reply.kind === 'response') return;
    await this.closeSession();
    throw new ClauseFailed(`${what}: ${describeReply(reply)}`);
  }

  /** Closes every connection. */
  async closeAll(): Promise<void> {
    await Promise.all(this.peers.map((peer) => peer.close()));
  }

  #respond(command: Message): Message {
    const { status, headers, body } = this.answer(command);
    return createMessage('COMMAND', 'RESPONSE', { headers, responseCode: status, body }, { id: command.id });
  }
}

export function describeReply(reply: Reply): string {
  if (reply.kind === 'response') return `a response after ${reply.ms} ms`;
  return reply.kind === 'closed' ? `the endpoint closed with ${reply.code}` : 'no response';
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** The default response to commands: an endpoint may send a ping at any time. */
function answerPing(): { status: number; headers: Record<string, string>; body: string } {
  const headers = { 'content-type': 'text/vnd.netbackup+plain', 'x-netbackup-api-version': '14.0' };
  return { status: 200, headers, body: String(Date.now()) };
}
