/** Reasons for which this side closes a connection, and the WebSocket close code of each (RFC 6455, 7.4; 4000 and above are ours). */

/**
 * The relay sends these codes with the reason; API Gateway does not allow a choice. 1000: NetBackup should connect again;
 * 1008: NetBackup first needs something new; 4000 and above: a fault or a change that NetBackup's administrator need not act on.
 */
export const CLOSE_CODES = {
  operator: 1000,
  lifetime: 1000,
  'never-spoke': 1008,
  rejected: 1008,
  'token-ended': 1008,
  'token-expired': 1008,
  'endpoint-disabled': 1008,
  'endpoint-deleted': 1008,
  'group-deleted': 1008,
  superseded: 4001,
  'not-the-session': 4002,
  'no-heartbeat': 4003,
  unanswered: 4004,
} as const satisfies Readonly<Record<string, number>>;

export type CloseReason = keyof typeof CLOSE_CODES;

/** The relay's own code (from IANA's registry): its task ends, for example for an update. */
export const CLOSE_SERVICE_RESTART = 1012;

/** The relay's own code: nothing came for six minutes, although NetBackup sends a ping every 30 s (CON-7). */
export const CLOSE_IDLE = 4005;
