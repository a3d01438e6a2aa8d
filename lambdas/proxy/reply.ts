/** NetBackup's reply to a call through the proxy. */
import type { Command, CommandResponse } from '../commands/command.ts';
import type { Expectation } from '../commands/sizes/expectation.ts';
import type { CommandCall } from '../protocol/messages.ts';

export interface Reply {
  /** The last command that was needed for it. */
  readonly command: Command;
  readonly response: Required<CommandResponse>;
}

/** Sends one call, or a page of one, and waits for its response. @throws HttpProblem when there is none */
export type SendCall = (call: CommandCall, expectation?: Expectation, page?: number) => Promise<Reply>;
