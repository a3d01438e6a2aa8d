import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
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

export interface Bus {
  /** Resolves when the bus has accepted every event. @throws when some were refused after three tries. */
  publish(events: readonly BusEvent[]): Promise<void>;
}

/** The `Source` of every event. */
const SOURCE = 'nbwss';
/** PutEvents accepts ten entries and 256 KB per call. */
const ENTRIES = 10;
const BATCH_BYTES = 200 * 1024;

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

export const eventBridge = (busName: string): Bus => {
  const client = new EventBridgeClient({
    requestHandler: { connectionTimeout: 1_000, requestTimeout: 5_000, throwOnRequestTimeout: true },
  });
  const send = async (entries: Entry[]): Promise<void> => {
    let waiting = entries;
    for (let attempt = 0; waiting.length > 0; attempt++) {
      if (attempt === 3)
        throw new Error(`EventBridge refused ${waiting.length} of ${entries.length} events.`);
      const sent = waiting;
      const answer = await client.send(new PutEventsCommand({ Entries: sent }));
      // Single entries may fail although the call succeeds.
      if (!answer.FailedEntryCount) return;
      waiting = sent.filter((_, index) => answer.Entries?.[index]?.ErrorCode !== undefined);
    }
  };
  return {
    async publish(events) {
      const entries = events.map((event) => ({
        Source: SOURCE,
        EventBusName: busName,
        DetailType: event.detailType,
        Detail: JSON.stringify(event.detail),
      }));
      for (const batch of batches(entries)) await send(batch);
    },
  };
};
