/** Why a CONNECT was refused, in words for the operator. NetBackup itself is never told (CON-3). */
import type { RejectionReason } from './authenticate.ts';

const WORDS: Readonly<Record<RejectionReason, string>> = {
  'no-token': 'the CONNECT held no token',
  'malformed-token': 'the token is none of this deployment',
  'unknown-endpoint': 'the endpoint that the token names does not exist, or was deleted',
  'endpoint-disabled': 'the endpoint is disabled',
  'wrong-token': 'the token was revoked or replaced: give the newest details to NetBackup (delete, then add)',
  'expired-token': 'the token has expired: make a new one and give it to NetBackup (delete, then add)',
  'unknown-group': 'the group does not exist, or was deleted',
  'address-not-allowed': 'the address is not in allowedCidrs of the group',
  'already-rejected': 'another CONNECT on the same connection had been refused before',
  'other-endpoint': "the connection had been admitted with another endpoint's token before",
};

export const explainRejection = (reason: string): string => WORDS[reason as RejectionReason] ?? reason;
