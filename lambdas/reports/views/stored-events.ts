/**
 * How the events of one job or image are stored: as little as possible, because an item above 1 KB costs two write units.
 * The first event as it came; of each further one only what differs from the one before. An `eventId` is not stored at
 * all: it is made of what is.
 */
import { canonicalJson, contentId } from '../../platform/canonical-json.ts';
import type { TimelineEvent } from './timeline.ts';

type Content = Readonly<Record<string, unknown>>;
/** timeStamp, receivedAt, the members that differ from the event before, the names of those that it lacks. */
type Row = [timeStamp: number, receivedAt: number, differs: Content, lacks?: readonly string[]];

const differences = (from: Content, to: Content): Content =>
  Object.fromEntries(
    Object.entries(to).filter(
      ([name, value]) => !Object.hasOwn(from, name) || canonicalJson(from[name]) !== canonicalJson(value),
    ),
  );

/** @param events in order */
export const pack = (events: readonly TimelineEvent[]): string => {
  let before: Content = {};
  const rows = events.map(({ timeStamp, receivedAt, content }): Row => {
    const now = JSON.parse(content) as Content;
    const lacks = Object.keys(before).filter((name) => !Object.hasOwn(now, name));
    const row: Row = [timeStamp, receivedAt, differences(before, now)];
    if (lacks.length > 0) row.push(lacks);
    before = now;
    return row;
  });
  return JSON.stringify(rows);
};

/** @param object the kind, as in `eventId` */
export const unpack = (groupId: string, object: string, text: string): TimelineEvent[] => {
  let before: Content = {};
  return (JSON.parse(text) as Row[]).map(([timeStamp, receivedAt, differs, lacks = []]) => {
    const kept = Object.entries(before).filter(([name]) => !lacks.includes(name));
    const now: Content = { ...Object.fromEntries(kept), ...differs };
    before = now;
    const content = canonicalJson(now);
    return { eventId: contentId(groupId, object, content), timeStamp, receivedAt, content };
  });
};
