/** Delivers a body from the bucket to a caller who may see it: in the answer if it fits, otherwise by a location. */
import type { Command } from '../command.ts';
import type { LargeResponses } from './large-responses.ts';
import { MAX_INLINE_BYTES } from './payload.ts';

export interface DeliverContext {
  /** Absent without a bucket. */
  readonly large?: Pick<LargeResponses, 'readBody' | 'locationOf'> | undefined;
}

/**
 * The command with its response. A response that may hold a credential is not touched: see `readResponseOnce`. The body is missing if
 * its object was deleted.
 * @param fits whether the answer to the caller can carry the body
 */
export const deliverBody = async (
  { large }: DeliverContext,
  command: Command,
  fits: (body: string) => boolean,
): Promise<Command> => {
  const { response, storedBody } = command;
  if (!large || !response || !storedBody || storedBody.isSealed) return command;
  if (storedBody.bytes <= MAX_INLINE_BYTES) {
    const body = await large.readBody(command, storedBody);
    if (body === undefined) return command;
    if (fits(body)) return { ...command, response: { ...response, body } };
  }
  return { ...command, response: { ...response, location: await large.locationOf(command, storedBody) } };
};
