/** Encrypts and decrypts the parts of a command, and a group's NetBackup API key (I-6). */
import { omitUndefined } from '../platform/omit-undefined.ts';
import type { Sealed, Vault } from '../platform/vault.ts';
import { utf8Bytes } from '../protocol/limits.ts';
import type { CommandCall } from '../protocol/messages.ts';
import type { Command } from './command.ts';

type Owner = Pick<Command, 'commandId' | 'groupId'>;

/** The encryption context: a part cannot be decrypted as a part of another command. */
const contextOf = ({ commandId, groupId }: Owner, part: 'request' | 'body') => ({ groupId, commandId, part });

type SealedParts = Pick<CommandCall, 'headers' | 'parameters'>;

/** The secret part of a request: headers and body, not method and uri. */
const secretText = ({ headers, parameters }: CommandCall): string => {
  const parts: SealedParts = { headers, ...omitUndefined({ parameters }) };
  return JSON.stringify(parts);
};

/** An item of DynamoDB has 400 KB at most, and sealed data is a third longer. API Gateway carries less than this anyway. */
export const MAX_STORED_BYTES = 256 * 1024;

/** Whether the request can be stored. A larger request is sent immediately or not at all, and is not sent again. */
export const isStorable = (call: CommandCall): boolean => utf8Bytes(secretText(call)) <= MAX_STORED_BYTES;

/** Seals headers and body. */
export const sealRequest = (vault: Vault, owner: Owner, call: CommandCall): Promise<Sealed> =>
  vault.seal(secretText(call), contextOf(owner, 'request'));

/** The call to send. @throws Error when the request was deleted */
export const openRequest = async (vault: Vault, command: Command): Promise<CommandCall> => {
  const { method, uri, sealedRequest } = command;
  if (!sealedRequest) throw new Error('The request of the command was deleted.');
  const text = await vault.open(sealedRequest, contextOf(command, 'request'));
  return { method, uri, ...(JSON.parse(text) as SealedParts) };
};

/** Seals the body of a response that may hold a credential. */
export const sealBody = (vault: Vault, owner: Owner, body: string): Promise<Sealed> =>
  vault.seal(body, contextOf(owner, 'body'));

export const openBody = (vault: Vault, owner: Owner, sealed: Sealed): Promise<string> =>
  vault.open(sealed, contextOf(owner, 'body'));

const credentialContext = (groupId: string) => ({ groupId, part: 'netbackup-credential' });

/** Seals a group's NetBackup API key. */
export const sealCredential = (vault: Vault, groupId: string, apiKey: string): Promise<Sealed> =>
  vault.seal(apiKey, credentialContext(groupId));

export const openCredential = (vault: Vault, groupId: string, sealed: Sealed): Promise<string> =>
  vault.open(sealed, credentialContext(groupId));
