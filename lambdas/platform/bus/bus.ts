import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { fullJitter, retried } from '../backoff.ts';
import { CANARY_GROUP } from '../canary-group.ts';
import { forEachInParallel } from '../collections.ts';
import { sha256 } from '../ids.ts';
import { timeouts } from '../timeouts.ts';
import { isUnavailable, Unavailable } from '../unavailable.ts';
import type { DetailType, EventDetails } from './event-schemas.ts';

/** Created by {@link event}. */
export interface BusEvent {
  readonly detailType: string;
  readonly detail: Readonly<Record<string, unknown>>;
}

/** An event whose detail conforms to its schema. */
export const event = <K extends DetailType>(detailType: K, detail: EventDetails[K]): BusEvent => ({
  detailType,
  detail,
});

/** From what identifies an event, so that it has the same id when it is published again. */
export const eventIdOf = (...identity: readonly (string | number)[]): string =>
  sha256(JSON.stringify(identity));

export interface Bus {
  /**
   * Resolves when the bus has accepted every event; those of the canary are no news to anybody.
   * @throws Unavailable when it refused some of them five times
   */
  publish(events: readonly BusEvent[]): Promise<void>;
}

/** The `Source` of every event. */
const SOURCE = 'nbwss';
/** PutEvents accepts ten entries and 256 KB per call. */
const ENTRIES = 10;
const BATCH_BYTES = 200 * 1024;
/** A message of NetBackup can cause 200 calls. The bus keeps no order. */
const PARALLEL_CALLS = 4;
/** For refused entries: together the waits are 3 s at most for each call. */
const MAX_RETRIES = 4;
const FIRST_WAIT_MS = 200;

type Entry = { Source: string; EventBusName: string; DetailType: string; Detail: string };

/** Splits entries into calls that PutEvents accepts. */
export const batches = (entries: readonly Entry[]): Entry[][] => {
  const result: Entry[][] = [];
  let bytes = 0;
  for (const entry of entries) {
    const size = Buffer.byteLength(entry.Detail) + Buffer.byteLength(entry.DetailType) + 100;
    const last = result.at(-1);
    if (last && last.length < ENTRIES && bytes + size <= BATCH_BYTES) {
      last.push(entry);
      bytes += size;
    } else {
      result.push([entry]);
      bytes = size;
    }
  }
  return result;
};

export const eventBridge = (busName: string, backoff = fullJitter(FIRST_WAIT_MS)): Bus => {
  const client = new EventBridgeClient({
    requestHandler: timeouts(5_000),
  });
  const send = async (entries: Entry[]): Promise<void> => {
    let remaining = entries;
    const sendRemaining = async (): Promise<void> => {
      const { FailedEntryCount, Entries } = await client.send(new PutEventsCommand({ Entries: remaining }));
      // Single entries may fail although the call succeeds.
      if (!FailedEntryCount) return;
      remaining = remaining.filter((_, index) => Entries?.[index]?.ErrorCode !== undefined);
      throw new Unavailable(`EventBridge refused ${remaining.length} of ${entries.length} events.`);
    };
    await retried(sendRemaining, MAX_RETRIES, backoff, isUnavailable);
  };
  return {
    async publish(events) {
      const news = events.filter(({ detail }) => detail['groupId'] !== CANARY_GROUP);
      const entries = news.map((event) => ({
        Source: SOURCE,
        EventBusName: busName,
        DetailType: event.detailType,
        Detail: JSON.stringify(event.detail),
      }));
      await forEachInParallel(batches(entries), send, PARALLEL_CALLS);
    },
  };
};
