/**
 * How the reports of one job or image are stored: in as few bytes as possible, because an item above 1 KB costs two write
 * units. The first report in full; of each further report only the differences from the one before. An `eventId` is not stored, since
 * it is computed from the content.
 */
import { INFO, type Notification, notificationOf } from '../../notifications/notification.ts';
import { canonical, canonicalJson } from '../../platform/canonical-json.ts';

type Content = Notification['content'];
/** Times, the members that differ from the report before, the names of members that were removed, a type other than INFO. */
type Row = [
  timeStamp: number,
  receivedAt: number,
  changed: Content,
  removed?: readonly string[],
  notificationType?: string,
];

const differences = (from: Content, to: Content): Content =>
  Object.fromEntries(
    Object.entries(to).filter(
      ([name, value]) => !Object.hasOwn(from, name) || canonicalJson(from[name]) !== canonicalJson(value),
    ),
  );

/** @param events in order */
export const pack = (events: readonly Notification[]): string => {
  let before: Content = {};
  const rows = events.map(({ timeStamp, receivedAt, content, notificationType }): Row => {
    const removed = Object.keys(before).filter((name) => !Object.hasOwn(content, name));
    const row: Row = [timeStamp, receivedAt, differences(before, content)];
    if (notificationType !== INFO) row.push(removed, notificationType);
    else if (removed.length > 0) row.push(removed);
    before = content;
    return row;
  });
  return JSON.stringify(rows);
};

/** @param object the kind, as in `eventId` */
export const unpack = (groupId: string, object: string, text: string): Notification[] => {
  let before: Content = {};
  return (JSON.parse(text) as Row[]).map(
    ([timeStamp, receivedAt, changed, removed = [], notificationType]) => {
      const kept = Object.entries(before).filter(([name]) => !removed.includes(name));
      before = { ...Object.fromEntries(kept), ...changed };
      return notificationOf(groupId, object, canonical(before), { timeStamp, receivedAt }, notificationType);
    },
  );
};
