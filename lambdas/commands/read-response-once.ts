import type { Vault } from '../platform/vault.ts';
import type { Command } from './command.ts';
import type { CommandsStore } from './commands-store.ts';
import { openBody } from './seal.ts';

/**
 * The command with its response for its caller. An encrypted body is delivered once and then deleted (I-6): later callers get
 * the response without its body.
 */
export const readResponseOnce = async (
  { commands, vault }: { readonly commands: Pick<CommandsStore, 'removeSealedBody'>; readonly vault: Vault },
  command: Command,
): Promise<Command> => {
  const { response, sealedBody, ...rest } = command;
  if (!response || !sealedBody) return command;
  const body = await openBody(vault, command, sealedBody);
  const isFirst = await commands.removeSealedBody(command.commandId);
  return isFirst ? { ...rest, response: { ...response, body } } : command;
};
