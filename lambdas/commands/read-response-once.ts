import type { Vault } from '../platform/vault.ts';
import type { Command } from './command.ts';
import type { CommandsStore } from './commands-store.ts';
import { openBody } from './seal.ts';

/**
 * The command with its response for its caller. An encrypted body is delivered once and then deleted (I-6): later reads get
 * the response without its body. Only the API key that requested the command gets it; a read by another key changes nothing.
 * @param keyId of the API key that reads it
 */
export const readResponseOnce = async (
  { commands, vault }: { readonly commands: Pick<CommandsStore, 'removeSealedBody'>; readonly vault: Vault },
  command: Command,
  keyId: string,
): Promise<Command> => {
  const { response, sealedBody, ...rest } = command;
  if (!response || !sealedBody || command.requestedBy !== keyId) return command;
  const body = await openBody(vault, command, sealedBody);
  const isFirst = await commands.removeSealedBody(command.commandId);
  return isFirst ? { ...rest, response: { ...response, body } } : command;
};
