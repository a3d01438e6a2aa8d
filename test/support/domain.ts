/** A NetBackup domain played by a test: it sees each COMMAND REQUEST and says what comes back. */
import type { EndpointDetails } from '../../lambdas/endpoints/endpoint.ts';
import type { Deployment } from './deployment.ts';
import { type Frame, message, type RawClient } from './raw-client.ts';

export interface CommandFrame {
  readonly id: string;
  readonly method: string;
  readonly uri: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly parameters?: string;
}

const asCommand = (frame: Frame): CommandFrame => ({
  id: String(frame['id']),
  ...(frame['payload'] as Omit<CommandFrame, 'id'>),
});

export class PlayedDomain {
  readonly groupId: string;
  readonly details: EndpointDetails;
  client: RawClient;
  readonly #deployment: Deployment;

  private constructor(deployment: Deployment, details: EndpointDetails, client: RawClient) {
    this.#deployment = deployment;
    this.groupId = details.groupId;
    this.details = details;
    this.client = client;
  }

  /** A new group, connected. */
  static async connect(deployment: Deployment, groupId: string): Promise<PlayedDomain> {
    const details = await deployment.createGroup(groupId);
    return new PlayedDomain(deployment, details, await deployment.connect(details));
  }

  /** Connects again, on a new connection. */
  async reconnect(): Promise<void> {
    this.client = await this.#deployment.connect(this.details);
  }

  /** Closes its connection, and waits until that has been noticed. */
  async disconnect(): Promise<void> {
    await this.client.close(1000);
    await this.#deployment.cloud.drained();
  }

  /** The next command that comes. */
  async next(): Promise<CommandFrame> {
    return asCommand(await this.client.next(({ type }) => type === 'COMMAND'));
  }

  /** Every command that came on this connection. */
  get commands(): CommandFrame[] {
    return this.client.received.filter(({ type }) => type === 'COMMAND').map(asCommand);
  }

  /** Answers a command, while others may still be waited for. */
  reply(id: string, payload: Record<string, unknown> = {}): void {
    this.client.sendFragmented(
      JSON.stringify(
        message('COMMAND', 'RESPONSE', { responseCode: 200, headers: {}, body: '', ...payload }, { id }),
      ),
    );
  }

  /** Answers a command, and waits until that has been dealt with, with all who wait for an answer. */
  async answer(id: string, payload: Record<string, unknown> = {}): Promise<void> {
    this.reply(id, payload);
    await this.#deployment.cloud.drained();
  }
}
