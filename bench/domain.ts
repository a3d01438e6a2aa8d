/** A NetBackup domain that sends one notification after the other, waiting for each acknowledgement. */
import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { WebSocket } from 'ws';

/** NetBackup sends a notification again after this time (NOT-4, PRP-3). */
const RESEND_MS = 5_000;
/** NetBackup has no such limit. */
const MAX_SENDS = 6;
const HANDSHAKE_MS = 30_000;

const nowSeconds = (): number => Math.floor(Date.now() / 1000);

/** One notification, from when it was sent first. */
export interface Acknowledgement {
  readonly ms: number;
  readonly sends: number;
}

interface Request {
  readonly id: string;
  answer(text: string | undefined): void;
}

export class Domain {
  /** Resolves with the close code. */
  readonly closed: Promise<number>;
  readonly #socket: WebSocket;
  #request: Request | undefined;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.on('message', (data) => {
      const text = data.toString();
      // Error frames of API Gateway and commands have other ids.
      if (this.#request && text.includes(this.#request.id)) this.#request.answer(text);
    });
    socket.on('error', () => socket.terminate());
    this.closed = new Promise((resolve) => {
      socket.once('close', (code) => {
        this.#request?.answer(undefined);
        resolve(code);
      });
    });
  }

  static async open(url: string, ca: string): Promise<Domain> {
    const socket = new WebSocket(url, { ca, perMessageDeflate: false, handshakeTimeout: HANDSHAKE_MS });
    await new Promise<void>((resolve, reject) => {
      socket.once('open', () => resolve());
      socket.once('error', reject);
    });
    return new Domain(socket);
  }

  get isOpen(): boolean {
    return this.#socket.readyState === WebSocket.OPEN;
  }

  /** Sends a request. @returns the response with its id; undefined if there is none within `patienceMs`, or the connection ends */
  exchange(type: string, payload: unknown, patienceMs = RESEND_MS): Promise<string | undefined> {
    const id = randomUUID().toUpperCase();
    const request = { version: '1.0', id, type, subType: 'REQUEST', timeStamp: nowSeconds(), payload };
    return new Promise((resolve) => {
      const answer = (text: string | undefined) => {
        clearTimeout(timer);
        this.#request = undefined;
        resolve(text);
      };
      const timer = setTimeout(() => answer(undefined), patienceMs);
      this.#request = { id, answer };
      if (this.isOpen) this.#socket.send(JSON.stringify(request));
      else answer(undefined);
    });
  }

  /** Sends one notification until it is acknowledged. @returns undefined when it never was */
  async notify(jobId: number): Promise<Acknowledgement | undefined> {
    const job = {
      jobId,
      parentJobId: jobId,
      jobType: 'BACKUP',
      state: 'ACTIVE',
      status: 0,
      startTime: nowSeconds(),
      policyName: 'daily',
      policyType: 'STANDARD',
      scheduleType: 'ST_FULL',
      clientName: `client${jobId % 40}`,
    };
    const payload = [{ notificationType: 'INFO', object: 'JOB', data: [job] }];
    const start = performance.now();
    for (let sends = 1; sends <= MAX_SENDS && this.isOpen; sends++) {
      const answer = await this.exchange('NOTIFICATION', payload);
      const ms = performance.now() - start;
      if (answer?.includes('"NOTIFICATION"')) return { ms, sends };
      await pause(Math.max(0, sends * RESEND_MS - ms));
    }
    return undefined;
  }

  /** Sends notifications until `until` (epoch ms), or until one is never acknowledged. */
  async report(firstJobId: number, until: number): Promise<(Acknowledgement | undefined)[]> {
    const all: (Acknowledgement | undefined)[] = [];
    for (let jobId = firstJobId; Date.now() < until; jobId++) {
      all.push(await this.notify(jobId));
      if (!all.at(-1)) break;
    }
    return all;
  }

  close(): void {
    this.#socket.terminate();
  }
}
