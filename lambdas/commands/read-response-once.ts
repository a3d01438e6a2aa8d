import type { Vault } from '../platform/vault.ts';
import type { Command } from './command.ts';
import type { CommandsStore } from './commands-store.ts';
import type { LargeResponses } from './large/large-responses.ts';
import { openBody } from './seal.ts';

export interface ReadOnceContext {
  readonly commands: Pick<CommandsStore, 'removeSealedBody' | 'removeStoredBody'>;
  readonly vault: Vault;
  /** Absent without a bucket. */
  readonly large?: Pick<LargeResponses, 'readBody' | 'deleteBody'> | undefined;
}

/** The encrypted body, and how it is deleted: `false` when another reader has got it. */
const secretBody = async (
  { commands, vault, large }: ReadOnceContext,
  command: Command,
): Promise<{ body: string; take: () => Promise<boolean> } | undefined> => {
  const { commandId, sealedBody, storedBody } = command;
  if (sealedBody) {
    const body = await openBody(vault, command, sealedBody);
    return { body, take: () => commands.removeSealedBody(commandId) };
  }
  if (!large || !storedBody?.isSealed) return undefined;
  const body = await large.readBody(command, storedBody);
  if (body === undefined) return undefined;
  const take = async () => {
    if (!(await commands.removeStoredBody(commandId))) return false;
    // The object is encrypted, and it expires.
    await large.deleteBody(storedBody).catch(() => {});
    return true;
  };
  return { body, take };
};

/**
 * The command with its response for its caller. An encrypted body is delivered once and then deleted (I-6): later reads get
 * the response without its body. Only the API key that requested the command gets it; a read by another key changes nothing.
 * @param keyId of the API key that reads it
 */
export const readResponseOnce = async (
  context: ReadOnceContext,
  command: Command,
  keyId: string,
): Promise<Command> => {
  const { response, sealedBody: _, storedBody: __, ...rest } = command;
  if (!response || command.requestedBy !== keyId) return command;
  const secret = await secretBody(context, command);
  if (!secret) return command;
  return (await secret.take()) ? { ...rest, response: { ...response, body: secret.body } } : command;
};
