/** Why a session ended, in words for people. */

/** Reasons for which this side closes a connection. */
export type CloseReason =
  | 'never-spoke'
  | 'rejected'
  | 'superseded'
  | 'not-the-session'
  | 'no-heartbeat'
  | 'lifetime'
  | 'operator'
  | 'unanswered'
  | 'token-ended'
  | 'token-expired'
  | 'endpoint-disabled'
  | 'endpoint-deleted'
  | 'group-deleted';

const OURS: Readonly<Record<CloseReason, string>> = {
  'never-spoke': 'closed here: it never said who it was',
  rejected: 'closed here: its token was refused',
  superseded: 'closed here: a newer connection of the same domain took over',
  'not-the-session': 'closed here: the domain has another connection',
  'no-heartbeat': 'closed here: NetBackup no longer answered; the link was dead',
  lifetime: 'closed here, as planned: the gateway ends every connection after two hours',
  operator: 'closed here: an operator asked for it',
  unanswered: 'closed here: its CONNECT could not be answered; NetBackup connects anew',
  'token-ended': 'closed here: its token was revoked or replaced',
  'token-expired': 'closed here: its token has expired; NetBackup needs details with a new one',
  'endpoint-disabled': 'closed here: the endpoint was disabled',
  'endpoint-deleted': 'closed here: the endpoint was deleted',
  'group-deleted': 'closed here: the group was deleted',
};

/** Closings that somebody wanted, or that are part of the day: nothing is wrong. */
const PLANNED: readonly CloseReason[] = [
  'superseded',
  'lifetime',
  'operator',
  'token-ended',
  'endpoint-disabled',
  'endpoint-deleted',
  'group-deleted',
];

/** Closings after which nobody expects NetBackup back: whoever did it will let it in again. */
const FOR_GOOD: readonly CloseReason[] = [
  'token-ended',
  'endpoint-disabled',
  'endpoint-deleted',
  'group-deleted',
];

/** RFC 6455, 7.4.1, as the codes come about here. */
const CODES: Readonly<Record<number, string>> = {
  1000: 'NetBackup closed it: the endpoint was deactivated or deleted there, or its web service stopped',
  1001: 'going away: ten minutes without traffic, two hours of life, or NetBackup restarts',
  1002: 'a protocol error',
  1003: 'a binary message, which the gateway does not take',
  1005: 'NetBackup closed it without saying why',
  1006: 'the network connection broke',
  1007: 'a message that could not be decoded',
  1009: 'a message above what the gateway carries (128 KB, or a frame of 32 KB)',
  1011: 'an unexpected condition on the other side',
};

export interface Close {
  readonly closing?: CloseReason;
  readonly closeCode?: number;
  readonly closeReason?: string;
}

export const isPlanned = ({ closing }: Close): boolean => closing !== undefined && PLANNED.includes(closing);

/** Whether NetBackup should be back by itself, at its next connection run (CON-6). */
export const isExpectedBack = ({ closing }: Close): boolean =>
  closing === undefined || !FOR_GOOD.includes(closing);

export const explainClose = ({ closing, closeCode, closeReason }: Close): string => {
  if (closing) return OURS[closing];
  const known = closeCode === undefined ? undefined : CODES[closeCode];
  return known ?? (closeReason || 'it ended, and nobody said why');
};
