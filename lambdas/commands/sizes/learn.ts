/** An answer has come: what it says about the size of the next one. */
import type { Log } from '../../platform/logger.ts';
import type { Command, CommandAnswer } from '../command.ts';
import { pageOf } from '../page-uri.ts';
import type { AnswerSizesStore } from './answer-sizes-store.ts';
import { type Measured, measureAnswer } from './measure.ts';

/** A page of a size that was asked for says nothing of the size that NetBackup chooses by itself. */
const withoutAskedLimit = (measured: Measured, uri: string): Measured =>
  measured.list && pageOf(uri).limit !== undefined
    ? { ...measured, list: { style: measured.list.style } }
    : measured;

/**
 * Remembers the size of an answer that nobody knew, or that was larger than expected. Never rejects: the answer itself is
 * stored, and whoever asks next only asks more carefully.
 * @param messageBytes of the COMMAND RESPONSE that carried it
 */
export const learnFrom = async (
  { sizes, log }: { readonly sizes: Pick<AnswerSizesStore, 'add'>; readonly log: Log },
  { groupId, commandId, method, uri, learn, expectedBytes }: Command,
  answer: CommandAnswer | undefined,
  messageBytes: number,
): Promise<void> => {
  const isOfInterest = learn || messageBytes > (expectedBytes ?? 0);
  if (method !== 'GET' || answer?.status !== 200 || !isOfInterest) return;
  try {
    const measured = measureAnswer(answer.body ?? '', messageBytes);
    await sizes.add(groupId, uri, withoutAskedLimit(measured, uri));
  } catch (error) {
    log.error('answer-size-not-stored', error, { commandId, groupId });
  }
};
