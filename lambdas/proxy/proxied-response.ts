/** NetBackup's response to a call through the proxy. */
import type { Command, CompleteResponse, ResponseLocation } from '../commands/command.ts';
import type { Expectation } from '../commands/sizes/expectation.ts';
import type { CommandCall } from '../protocol/messages.ts';

export interface ProxiedResponse {
  /** The last command that was needed for it. */
  readonly command: Command;
  readonly response: CompleteResponse;
  /** Where the body is, if it is more than one answer can carry: then `response.body` is empty. */
  readonly location?: ResponseLocation | undefined;
}

/** Sends one call, or a page of one, and waits for its response. @throws HttpProblem when there is none */
export type SendCall = (
  call: CommandCall,
  expectation?: Expectation,
  page?: number,
) => Promise<ProxiedResponse>;
