/** Why a session ended, with explanations for operators. */
import {
  CLOSE_CODES,
  CLOSE_IDLE,
  CLOSE_SERVICE_RESTART,
  type CloseReason,
} from '../platform/gateway/close-codes.ts';
import { CLOSE_MESSAGE_TOO_BIG } from '../protocol/limits.ts';

export const CLOSE_EXPLANATIONS: Readonly<Record<CloseReason, string>> = {
  'never-spoke': 'closed here: it sent no CONNECT',
  rejected: 'closed here: its token was rejected',
  superseded: 'closed here: a newer connection of the same domain replaced it',
  'not-the-session': 'closed here: the domain has another connection',
  'no-heartbeat': 'closed here: NetBackup no longer responded',
  lifetime: 'closed here, as planned: API Gateway ends every connection after two hours',
  operator: 'closed here: an operator requested it',
  unanswered: 'closed here: the CONNECT RESPONSE could not be sent; NetBackup connects again',
  'token-ended': 'closed here: its token was revoked or replaced',
  'token-expired': 'closed here: its token has expired; NetBackup needs details with a new one',
  'endpoint-disabled': 'closed here: the endpoint was disabled',
  'endpoint-deleted': 'closed here: the endpoint was deleted',
  'group-deleted': 'closed here: the group was deleted',
};

export const CLOSE_REASONS = Object.keys(CLOSE_EXPLANATIONS) as [CloseReason, ...CloseReason[]];

/** Closes that an operator requested, or that belong to normal operation. */
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

/** The causes of these codes (RFC 6455, 7.4.1) in this system, for a connection that no function closed. */
export const CODE_EXPLANATIONS = {
  1000: 'NetBackup closed it: the endpoint was deactivated or deleted there, or its web service stopped',
  1001: 'going away: at API Gateway ten minutes without traffic or two hours of life; or NetBackup restarts',
  1002: 'a protocol error',
  1003: 'a binary message, which the gateway does not support',
  1005: 'NetBackup closed it without a code',
  1006: 'the network connection broke',
  1007: 'a message that could not be decoded',
  1008: 'the relay closed it: a large message did not arrive completely, or the connection was not accepted',
  [CLOSE_MESSAGE_TOO_BIG]:
    'a message larger than the gateway supports (API Gateway: 128 KB, or a frame of 32 KB; the relay: 64 MB)',
  1011: 'an unexpected condition in NetBackup',
  [CLOSE_SERVICE_RESTART]:
    'the relay was restarted, as for an update; NetBackup connects again within a minute',
  [CLOSE_CODES.superseded]: 'a newer connection of the same domain replaced it',
  [CLOSE_CODES['not-the-session']]: 'the domain has another connection',
  [CLOSE_CODES['no-heartbeat']]: 'NetBackup no longer responded',
  [CLOSE_CODES.unanswered]: 'the CONNECT RESPONSE could not be sent; NetBackup connects again',
  [CLOSE_IDLE]: 'the relay closed it: it received nothing for six minutes, not even a ping',
} as const satisfies Readonly<Record<number, string>>;

export interface Close {
  readonly closing?: CloseReason;
  readonly closeCode?: number;
  readonly closeReason?: string;
}

/** A restart of the relay is planned too: it closes each connection at a quiet moment. */
export const isPlanned = ({ closing, closeCode }: Close): boolean =>
  closing === undefined ? closeCode === CLOSE_SERVICE_RESTART : PLANNED.includes(closing);

/** Whether NetBackup should reconnect by itself, at its next connection run (CON-6). */
export const shouldReconnect = ({ closing }: Close): boolean =>
  closing === undefined || !NO_RECONNECT.includes(closing);

export const explainClose = ({ closing, closeCode, closeReason }: Close): string => {
  if (closing) return CLOSE_EXPLANATIONS[closing];
  const codes: Readonly<Record<number, string>> = CODE_EXPLANATIONS;
  const known = closeCode === undefined ? undefined : codes[closeCode];
  return known ?? (closeReason || 'the reason is not known');
};
