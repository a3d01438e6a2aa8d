/** Where the body of a response is kept: in the item of its command, or in the bucket if it is too large for that. */
import { itemBytes } from '../../platform/dynamodb/item-size.ts';
import type { Vault } from '../../platform/vault.ts';
import { GATEWAY_MESSAGE_BYTES, utf8Bytes } from '../../protocol/limits.ts';
import type { Command, CommandResponse } from '../command.ts';
import { sealBody } from '../seal.ts';
import type { ResponseRecord } from '../stored-command.ts';
import type { LargeResponses } from './large-responses.ts';
import { fitsAsMember, MAX_INLINE_BYTES } from './payload.ts';

/** DynamoDB's limit, minus what an ended command gets besides: times, keys of an index, a reason. */
const MAX_ITEM_BYTES = 400 * 1024 - 4 * 1024;

export interface KeepContext {
  readonly vault: Vault;
  /** Absent without a bucket. */
  readonly large?: Pick<LargeResponses, 'putBody'> | undefined;
}

type BodyPlacement = Pick<ResponseRecord, 'response' | 'sealedBody' | 'storedBody'>;

/** Why a response is not kept. */
export const tooLarge = (bytes: number): string =>
  `its response has ${bytes} bytes, and this deployment has no bucket for large responses; request less, with page[limit] or a filter`;
const secretTooLarge = (bytes: number): string =>
  `its response has ${bytes} bytes; one that may hold a credential is delivered in one answer, which has ${MAX_INLINE_BYTES} at most`;

/** Whether the item of the command has room for a body; always for what API Gateway delivers in one message. */
const fitsItem = (command: Command, response: CommandResponse, bytes: number, isSecret: boolean): boolean => {
  if (bytes <= GATEWAY_MESSAGE_BYTES) return true;
  // The encrypted request is deleted when the response is recorded. A sealed body is base64.
  const others = itemBytes({ ...command, sealedRequest: undefined, response });
  return others + (isSecret ? (bytes * 4) / 3 + 1024 : bytes) <= MAX_ITEM_BYTES;
};

/**
 * @param isSecret it may hold a credential, so that it is encrypted (I-6)
 * @returns what to record, or the reason why the body cannot be kept
 */
export const keepBody = async (
  { vault, large }: KeepContext,
  command: Command,
  { body, ...response }: CommandResponse & { readonly body: string },
  isSecret: boolean,
): Promise<BodyPlacement | { readonly response: CommandResponse; readonly reason: string }> => {
  const bytes = utf8Bytes(body);
  if (fitsItem(command, response, bytes, isSecret))
    return isSecret
      ? { response, sealedBody: await sealBody(vault, command, body) }
      : { response: { ...response, body } };
  if (!large) return { response, reason: tooLarge(bytes) };
  if (isSecret && !fitsAsMember(body)) return { response, reason: secretTooLarge(bytes) };
  const contentType = response.headers['content-type'];
  const storedBody = await large.putBody(command, Buffer.from(body), { contentType, isSecret });
  return { response, storedBody };
};
