/** What NetBackup answered to a call through the proxy. */
import type { Command, CommandAnswer } from '../commands/command.ts';
import type { Expectation } from '../commands/sizes/expectation.ts';
import type { CommandCall } from '../protocol/messages.ts';

export interface Reply {
  /** The last command that it took. */
  readonly command: Command;
  readonly answer: CommandAnswer & { readonly body: string };
}

/** Sends one call, or a page of one, and waits for its answer. @throws Problem when there is none */
export type CallOnce = (call: CommandCall, expectation?: Expectation, page?: number) => Promise<Reply>;
