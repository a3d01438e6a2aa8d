/** A bare NBWSS peer: sends what it is told, records everything that comes, answers nothing by itself. */
import { WebSocket } from 'ws';

export type Frame = Readonly<Record<string, unknown>>;

export class RawClient {
  readonly socket: WebSocket;
  /** Every text that came, parsed where it is JSON. */
  readonly received: Frame[] = [];
  /** How many messages it has sent. */
  sent = 0;
  /** Resolves with code and reason when the connection ends. */
  readonly closed: Promise<{ code: number; reason: string }>;
  #ended: { code: number; reason: string } | undefined;
  readonly #taken = new Set<Frame>();
  readonly #waiting = new Set<() => void>();

  private constructor(socket: WebSocket) {
    this.socket = socket;
    socket.on('message', (data) => {
      const text = data.toString();
      let frame: Frame;
      try {
        frame = JSON.parse(text) as Frame;
      } catch {
        frame = { unparsable: text };
      }
      this.received.push(frame);
      for (const wake of this.#waiting) wake();
    });
    this.closed = new Promise((resolve) => {
      socket.once('close', (code, reason) => {
        this.#ended = { code, reason: reason.toString() };
        resolve(this.#ended);
        for (const wake of this.#waiting) wake();
      });
    });
  }

  /**
   * @param localAddress the address to come from; any of 127.0.0.0/8 will do
   * @throws when the handshake is refused: its message holds the status.
   */
  static async open(url: string, ca: string, localAddress?: string): Promise<RawClient> {
    const from = localAddress === undefined ? {} : { localAddress };
    const socket = new WebSocket(url, { ca, perMessageDeflate: false, ...from });
    const client = new RawClient(socket);
    await new Promise<void>((resolve, reject) => {
      socket.once('open', () => resolve());
      socket.once('error', reject);
    });
    return client;
  }

  send(message: unknown): void {
    this.sent++;
    this.socket.send(
      typeof message === 'string' || Buffer.isBuffer(message) ? message : JSON.stringify(message),
    );
  }

  /** Sends a text in fragments, each below the gateway's frame limit. */
  sendFragmented(text: string, bytes = 30_000): void {
    this.sent++;
    const data = Buffer.from(text);
    for (let start = 0; start < data.length; start += bytes) {
      const last = start + bytes >= data.length;
      this.socket.send(data.subarray(start, start + bytes), { fin: last, binary: false });
    }
  }

  /** The first frame, not given out before, that matches. Fails with what came instead, at once when the connection has ended. */
  async next(matches: (frame: Frame) => boolean = () => true, withinMs = 100_000): Promise<Frame> {
    const deadline = Date.now() + withinMs;
    for (;;) {
      const found = this.received.find((frame) => !this.#taken.has(frame) && matches(frame));
      if (found) {
        this.#taken.add(found);
        return found;
      }
      const left = deadline - Date.now();
      if (left <= 0 || this.#ended) {
        const instead = JSON.stringify({ received: this.received, ended: this.#ended });
        throw new Error(`Nothing that matches came: ${instead}`);
      }
      await new Promise<void>((resolve) => {
        const wake = () => {
          clearTimeout(timer);
          this.#waiting.delete(wake);
          resolve();
        };
        const timer = setTimeout(wake, left);
        this.#waiting.add(wake);
      });
    }
  }

  /** Frames that nobody asked for with {@link next}. */
  get unexpected(): readonly Frame[] {
    return this.received.filter((frame) => !this.#taken.has(frame));
  }

  close(code?: number, reason?: string): Promise<unknown> {
    this.socket.close(code, reason);
    return this.closed;
  }
}

let serial = 0;
/** An envelope as NBWSS makes them (ENV-2). */
export const message = (type: string, subType: string, payload: unknown, extra: Frame = {}): Frame => ({
  version: '1.0',
  id: `A1B6A1F0-0000-4A6E-8A19-${String(++serial).padStart(12, '0')}`,
  type,
  subType,
  timeStamp: Math.floor(Date.now() / 1000),
  payload,
  ...extra,
});
export const connectRequest = (token: string): Frame => message('CONNECT', 'REQUEST', { token });
export const notification = (object: string, ...data: unknown[]): Frame =>
  message('NOTIFICATION', 'REQUEST', [{ notificationType: 'INFO', object, data }]);
export const job = (jobId: number, state = 'ACTIVE', more: Frame = {}): Frame => ({
  jobId,
  parentJobId: jobId,
  jobType: 'BACKUP',
  state,
  status: 0,
  startTime: 1_700_018_005,
  policyName: 'daily',
  policyType: 'STANDARD',
  scheduleType: 'ST_FULL',
  clientName: 'client01',
  ...more,
});
