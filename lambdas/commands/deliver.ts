import type { Vault } from '../platform/vault.ts';
import type { Command } from './command.ts';
import type { CommandsStore } from './commands-store.ts';
import { openBody } from './seal.ts';

/**
 * The command with its answer as its caller gets it. An answer under seal is handed over once, and then forgotten (I-6):
 * whoever comes second gets it without its body.
 */
export const deliver = async (
  { commands, vault }: { readonly commands: Pick<CommandsStore, 'delivered'>; readonly vault: Vault },
  command: Command,
): Promise<Command> => {
  const { answer, sealedBody, ...rest } = command;
  if (!answer || !sealedBody) return command;
  const body = await openBody(vault, command, sealedBody);
  return (await commands.delivered(command.commandId)) ? { ...rest, answer: { ...answer, body } } : command;
};
