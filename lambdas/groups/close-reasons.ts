/** Why a session ended, with explanations for operators. */

import { CLOSE_MESSAGE_TOO_BIG } from '../protocol/limits.ts';

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

export const CLOSE_EXPLANATIONS: Readonly<Record<CloseReason, string>> = {
  'never-spoke': 'closed here: it sent no CONNECT',
  rejected: 'closed here: its token was rejected',
  superseded: 'closed here: a newer connection of the same domain replaced it',
  'not-the-session': 'closed here: the domain has another connection',
  'no-heartbeat': 'closed here: NetBackup no longer responded',
  lifetime: 'closed here, as planned: the gateway ends every connection after two hours',
  operator: 'closed here: an operator requested it',
  unanswered: 'closed here: the CONNECT RESPONSE could not be sent; NetBackup connects again',
  'token-ended': 'closed here: its token was revoked or replaced',
  'token-expired': 'closed here: its token has expired; NetBackup needs details with a new one',
  'endpoint-disabled': 'closed here: the endpoint was disabled',
  'endpoint-deleted': 'closed here: the endpoint was deleted',
  'group-deleted': 'closed here: the group was deleted',
};

export const CLOSE_REASONS = Object.keys(CLOSE_EXPLANATIONS) as [CloseReason, ...CloseReason[]];

/** Requested by an operator, or normal operation. */
const PLANNED: readonly CloseReason[] = [
  'superseded',
  'lifetime',
  'operator',
  'token-ended',
  'endpoint-disabled',
  'endpoint-deleted',
  'group-deleted',
];

/** NetBackup cannot reconnect after these until an operator permits it. */
const NO_RECONNECT: readonly CloseReason[] = [
  'token-ended',
  'endpoint-disabled',
  'endpoint-deleted',
  'group-deleted',
];

/** RFC 6455, 7.4.1: the causes of these codes in this system. */
export const CODE_EXPLANATIONS = {
  1000: 'NetBackup closed it: the endpoint was deactivated or deleted there, or its web service stopped',
  1001: 'going away: ten minutes without traffic, two hours of life, or NetBackup restarts',
  1002: 'a protocol error',
  1003: 'a binary message, which the gateway does not support',
  1005: 'NetBackup closed it without a code',
  1006: 'the network connection broke',
  1007: 'a message that could not be decoded',
  [CLOSE_MESSAGE_TOO_BIG]: 'a message larger than the gateway supports (128 KB, or a frame of 32 KB)',
  1011: 'an unexpected condition in NetBackup',
} as const satisfies Readonly<Record<number, string>>;

export interface Close {
  readonly closing?: CloseReason;
  readonly closeCode?: number;
  readonly closeReason?: string;
}

export const isPlanned = ({ closing }: Close): boolean => closing !== undefined && PLANNED.includes(closing);

/** Whether NetBackup should reconnect by itself, at its next connection run (CON-6). */
export const shouldReconnect = ({ closing }: Close): boolean =>
  closing === undefined || !NO_RECONNECT.includes(closing);

export const explainClose = ({ closing, closeCode, closeReason }: Close): string => {
  if (closing) return CLOSE_EXPLANATIONS[closing];
  const codes: Readonly<Record<number, string>> = CODE_EXPLANATIONS;
  const known = closeCode === undefined ? undefined : codes[closeCode];
  return known ?? (closeReason || 'the reason is not known');
};
