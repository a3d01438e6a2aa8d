/** What of a command is kept under seal, and how it is opened again (I-6). */
import type { Sealed, Vault } from '../platform/vault.ts';
import type { CommandCall } from '../protocol/messages.ts';
import type { Command } from './command.ts';

type Owner = Pick<Command, 'commandId' | 'groupId'>;

/** What belongs together under one seal: a sealed part opens as nothing else's. */
const contextOf = ({ commandId, groupId }: Owner, part: 'request' | 'body') => ({ groupId, commandId, part });

type SealedParts = Pick<CommandCall, 'headers' | 'parameters'>;

/** Seals headers and body; method and uri are no secrets. */
export const sealRequest = (vault: Vault, owner: Owner, call: CommandCall): Promise<Sealed> => {
  const { headers, parameters } = call;
  const parts: SealedParts = { headers, ...(parameters === undefined ? {} : { parameters }) };
  return vault.seal(JSON.stringify(parts), contextOf(owner, 'request'));
};

/** The call as it goes out. @throws Error when the command has no request any more. */
export const openRequest = async (vault: Vault, command: Command): Promise<CommandCall> => {
  const { method, uri, sealedRequest } = command;
  if (!sealedRequest) throw new Error('The command has no request any more.');
  const text = await vault.open(sealedRequest, contextOf(command, 'request'));
  return { method, uri, ...(JSON.parse(text) as SealedParts) };
};

/** The answer of a call for credentials. */
export const sealBody = (vault: Vault, owner: Owner, body: string): Promise<Sealed> =>
  vault.seal(body, contextOf(owner, 'body'));

export const openBody = (vault: Vault, owner: Owner, sealed: Sealed): Promise<string> =>
  vault.open(sealed, contextOf(owner, 'body'));

const credentialContext = (groupId: string) => ({ groupId, part: 'netbackup-credential' });

/** A group's own NetBackup API key. */
export const sealCredential = (vault: Vault, groupId: string, apiKey: string): Promise<Sealed> =>
  vault.seal(apiKey, credentialContext(groupId));

export const openCredential = (vault: Vault, groupId: string, sealed: Sealed): Promise<string> =>
  vault.open(sealed, credentialContext(groupId));
