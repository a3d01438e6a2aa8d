import type { Message } from '../wire/codec.ts';
import { compose, connectRequest, isValid } from '../wire/compose.ts';
import type { EndpointDetails } from '../wire/endpoint-details.ts';
import { Peer, type Reply } from '../wire/peer.ts';
import { Breach, NotCheckable } from './breach.ts';
import type { Operator } from './operator.ts';

/** How long things may take, in milliseconds. */
export interface Limits {
  /** TCP, TLS and upgrade. */
  readonly openMs: number;
  /** Any answer: later than this it counts as none. */
  readonly answerMs: number;
  /** An acknowledgement (PRP-2). */
  readonly ackMs: number;
  /** How long to listen where nothing must come. */
  readonly silenceMs: number;
}

export interface WorldOptions {
  readonly details: EndpointDetails;
  /** What kind of finding stands against which EPT clause, from the doctor's examination. */
  readonly detailsTrouble: Readonly<Record<string, string>>;
  readonly trusted: readonly string[];
  readonly limits: Limits;
  readonly operator: Operator | undefined;
}

/** NBWSS would try again after 60 s; an endpoint that is still busy with the last connection gets this long. */
const TRIES = 3;
const TRY_AGAIN_MS = 250;

/** The endpoint under test, as the checks reach it, and all that was said on every connection. */
export class World {
  readonly details: EndpointDetails;
  readonly detailsTrouble: WorldOptions['detailsTrouble'];
  readonly limits: Limits;
  readonly peers: Peer[] = [];
  /** Acknowledgement times of every NOTIFICATION, in milliseconds. */
  readonly ackTimes: number[] = [];
  /** How COMMANDs are answered; a check may put its own in place. */
  answer: (command: Message) => { status: number; headers: Record<string, string>; body: string } =
    answerPing;
  readonly #trusted: readonly string[];
  readonly #operator: Operator | undefined;
  #session: Peer | undefined;

  constructor({ details, detailsTrouble, trusted, limits, operator }: WorldOptions) {
    this.details = details;
    this.detailsTrouble = detailsTrouble;
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

  /** A new connection that has not said anything yet. Throws Breach when the upgrade fails. */
  async dial(): Promise<Peer> {
    try {
      const peer = await Peer.open(this.details.url, {
        trusted: this.#trusted,
        timeoutMs: this.limits.openMs,
        answer: (command) => this.#respond(command),
      });
      this.peers.push(peer);
      return peer;
    } catch (error) {
      throw new Breach(`the connection could not be opened: ${(error as Error).message}`);
    }
  }

  /** A new connection that has presented the token. Throws Breach when it is not accepted. */
  async connect(): Promise<Peer> {
    const peer = await this.dial();
    const reply = await peer.ask(connectRequest(this.details.token), this.limits.answerMs);
    if (reply.kind !== 'answer') throw new Breach(`CONNECT: ${said(reply)}`);
    if (!isValid(reply.message)) throw new Breach('the token was refused');
    return peer;
  }

  /** The connection that checks share; made again when it has ended. Throws NotCheckable when it cannot be. */
  async session(): Promise<Peer> {
    if (this.#session?.isEstablished) return this.#session;
    for (let left = TRIES - 1; ; left--) {
      try {
        this.#session = await this.connect();
        return this.#session;
      } catch (error) {
        if (left === 0) throw new NotCheckable(`no connection: ${(error as Error).message}`);
        await pause(TRY_AGAIN_MS);
      }
    }
  }

  /** Ends the shared connection. */
  async drop(): Promise<void> {
    await this.#session?.close();
    this.#session = undefined;
  }

  /** Sends a NOTIFICATION REQUEST. Throws Breach, naming `what`, when it is not acknowledged. */
  async notify(what: string, payload: readonly unknown[], over: Partial<Message> = {}): Promise<Message> {
    const request = compose('NOTIFICATION', 'REQUEST', payload, over);
    await this.acknowledged(what, await this.send(request));
    return request;
  }

  /** Sends a NOTIFICATION REQUEST on the shared connection, or another one. */
  async send(request: Message, frameBytes?: number, peer?: Peer): Promise<Reply> {
    const on = peer ?? (await this.session());
    const reply = await on.ask(request, this.limits.answerMs, frameBytes === undefined ? {} : { frameBytes });
    if (reply.kind === 'answer') this.ackTimes.push(reply.ms);
    return reply;
  }

  /** Throws Breach unless it was answered; the connection is not used any further then. */
  async acknowledged(what: string, reply: Reply): Promise<void> {
    if (reply.kind === 'answer') return;
    await this.drop();
    throw new Breach(`${what}: ${said(reply)}`);
  }

  /** Ends every connection. */
  async end(): Promise<void> {
    await Promise.all(this.peers.map((peer) => peer.close()));
  }

  #respond(command: Message): Message {
    const { status, headers, body } = this.answer(command);
    return compose('COMMAND', 'RESPONSE', { headers, responseCode: status, body }, { id: command.id });
  }
}

export function said(reply: Reply): string {
  if (reply.kind === 'answer') return `answered after ${reply.ms} ms`;
  return reply.kind === 'closed' ? `the endpoint closed with ${reply.code}` : 'no answer';
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** What every command gets that no check asked for: an endpoint may ping whenever it likes. */
function answerPing(): { status: number; headers: Record<string, string>; body: string } {
  const headers = { 'content-type': 'text/vnd.netbackup+plain', 'x-netbackup-api-version': '14.0' };
  return { status: 200, headers, body: String(Date.now()) };
}
