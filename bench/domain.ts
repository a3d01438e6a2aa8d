/** A NetBackup domain that sends one notification after the other, waiting for each acknowledgement. */
import { randomUUID } from 'node:crypto';
import { WebSocket } from 'ws';

const nowSeconds = (): number => Math.floor(Date.now() / 1000);

export class Domain {
  readonly #socket: WebSocket;
  #answered: ((text: string) => void) | undefined;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.on('message', (data) => this.#answered?.(data.toString()));
  }

  static async open(url: string, ca: string): Promise<Domain> {
    const socket = new WebSocket(url, { ca, perMessageDeflate: false });
    await new Promise<void>((resolve, reject) => {
      socket.once('open', () => resolve());
      socket.once('error', reject);
    });
    return new Domain(socket);
  }

  /** Sends a request and waits for the response. */
  exchange(type: string, payload: unknown): Promise<string> {
    const answer = new Promise<string>((resolve) => {
      this.#answered = resolve;
    });
    const request = {
      version: '1.0',
      id: randomUUID().toUpperCase(),
      type,
      subType: 'REQUEST',
      timeStamp: nowSeconds(),
      payload,
    };
    this.#socket.send(JSON.stringify(request));
    return answer;
  }

  /** Sends notifications until `until` (epoch ms). @returns the round trip of each, in ms. */
  async report(firstJobId: number, until: number): Promise<number[]> {
    const times: number[] = [];
    for (let jobId = firstJobId; Date.now() < until; jobId++) {
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
      const start = performance.now();
      const answer = await this.exchange('NOTIFICATION', [
        { notificationType: 'INFO', object: 'JOB', data: [job] },
      ]);
      if (!answer.includes('"NOTIFICATION"')) throw new Error(`Not acknowledged: ${answer}`);
      times.push(performance.now() - start);
    }
    return times;
  }

  close(): void {
    this.#socket.terminate();
  }
}
