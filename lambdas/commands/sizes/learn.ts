/** Records the size of a response, to predict the next one. */
import { limitsOf } from '../../platform/gateway/kinds.ts';
import type { Log } from '../../platform/logger.ts';
import type { Command, CommandResponse } from '../command.ts';
import { pageOf } from '../page-uri.ts';
import { type Measured, measureResponse } from './measure.ts';
import type { ResponseSizesStore } from './response-sizes-store.ts';

/** A page with a `page[limit]` does not show how many items NetBackup returns without one. */
const withoutRequestedLimit = (measured: Measured, uri: string): Measured =>
  measured.list && pageOf(uri).limit !== undefined
    ? { ...measured, list: { style: measured.list.style } }
    : measured;

/**
 * Records the size of a response if it was unknown or larger than expected. Never rejects: the response itself is stored, and
 * without its size the next request is only more careful.
 * @param messageBytes of the COMMAND RESPONSE that carried it
 */
export const learnSize = async (
  { sizes, log }: { readonly sizes: Pick<ResponseSizesStore, 'record'>; readonly log: Log },
  { groupId, commandId, connectionId, method, uri, learn, expectedBytes }: Command,
  response: CommandResponse | undefined,
  messageBytes: number,
): Promise<void> => {
  const isOfInterest = learn || messageBytes > (expectedBytes ?? 0);
  // At the relay sizes are of no interest, and a response may have 64 MB.
  if (connectionId !== undefined && !limitsOf(connectionId).areResponsesTight) return;
  if (method !== 'GET' || response?.status !== 200 || !isOfInterest) return;
  try {
    const measured = measureResponse(response.body ?? '', messageBytes);
    await sizes.record(groupId, uri, withoutRequestedLimit(measured, uri));
  } catch (error) {
    log.error('response-size-not-stored', error, { commandId, groupId });
  }
};
