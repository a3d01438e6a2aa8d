/** A notification, interpreted or quarantined. */
import type { QuarantineReason } from '../platform/bus/enumerations.ts';
import { type Canonical, contentId } from '../platform/canonical-json.ts';

/** One notification. It is parsed once, and passed on with its text and its content. */
export interface Notification {
  /** Depends on group, kind and content alone, so a resend has the same. */
  readonly eventId: string;
  /** Epoch seconds at which NetBackup sent it. */
  readonly timeStamp: number;
  /** Epoch ms at which it arrived: the earliest, if it was delivered several times. */
  readonly receivedAt: number;
  /** `INFO`, or a later kind (NOT-1). */
  readonly notificationType: string;
  /** The notification as NetBackup sent it, canonical JSON. */
  readonly text: string;
  /** `text`, parsed. */
  readonly content: Readonly<Record<string, unknown>>;
}
export interface JobNotification extends Notification {
  readonly kind: 'JOB';
  readonly jobId: number;
}
export interface ImageNotification extends Notification {
  readonly kind: 'IMAGE';
  readonly backupId: string;
}

/** What is stored of a notification that could not be interpreted: enough to try again later. */
export interface RawPart {
  /** A whole message, one object of its payload, or one member of that object's `data`. */
  readonly part: 'message' | 'group' | 'item';
  readonly text: string;
  /** The timeStamp of the message, if it had one. */
  readonly timeStamp?: number;
  /** Only for a member of `data`: the `object` of its group. */
  readonly object?: string;
  /** Only for a member of `data`: the `notificationType` of its group, unless it is `INFO`. */
  readonly notificationType?: string;
}
export interface QuarantinedPart extends RawPart {
  readonly kind: 'QUARANTINE';
  readonly eventId: string;
  readonly reason: QuarantineReason;
  readonly receivedAt: number;
}
export type Interpretation = JobNotification | ImageNotification | QuarantinedPart;

/** A NOTIFICATION REQUEST as the journal stores it. */
export interface StoredMessage {
  readonly groupId: string;
  readonly text: string;
  readonly receivedAt: number;
}

/** The usual `notificationType`, also assumed for a group without one. */
export const INFO = 'INFO';

/** @param object its kind as NetBackup names it; @param canonical its content, which nothing parses again */
export const notificationOf = (
  groupId: string,
  object: string,
  { value, text }: Canonical<Notification['content']>,
  times: Pick<Notification, 'timeStamp' | 'receivedAt'>,
  notificationType = INFO,
): Notification => ({
  ...times,
  eventId: contentId(groupId, object, text, ...(notificationType === INFO ? [] : [notificationType])),
  notificationType,
  text,
  content: value,
});

export const quarantined = (
  { groupId, receivedAt }: Omit<StoredMessage, 'text'>,
  reason: QuarantineReason,
  raw: RawPart,
): QuarantinedPart => {
  const { part, object = '', text, notificationType } = raw;
  const kind = notificationType === undefined ? [] : [notificationType];
  const eventId = contentId(groupId, 'QUARANTINE', part, object, text, ...kind);
  return { kind: 'QUARANTINE', eventId, reason, receivedAt, ...raw };
};

/** `notificationType` as in {@link RawPart}. */
export const rawType = (notificationType: string): Pick<RawPart, 'notificationType'> =>
  notificationType === INFO ? {} : { notificationType };

/** A notification that was interpreted, but that no table accepts or that fails when it is applied. */
export const notUsable = (
  groupId: string,
  reason: 'cannot-be-stored' | 'cannot-be-applied',
  { kind, timeStamp, receivedAt, text, notificationType }: JobNotification | ImageNotification,
): QuarantinedPart =>
  quarantined({ groupId, receivedAt }, reason, {
    part: 'item',
    object: kind,
    timeStamp,
    text,
    ...rawType(notificationType),
  });
