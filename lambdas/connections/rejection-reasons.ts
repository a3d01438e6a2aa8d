/** Explanations of rejected CONNECTs for operators. The response to NetBackup does not contain them (CON-3). */
import type { RejectionReason } from '../platform/bus/enumerations.ts';

export const REJECTION_EXPLANATIONS: Readonly<Record<RejectionReason, string>> = {
  'no-token': 'the CONNECT contained no token',
  'malformed-token': 'the token was not issued by this deployment',
  'unknown-endpoint': 'the endpoint that the token names does not exist, or was deleted',
  'endpoint-disabled': 'the endpoint is disabled',
  'wrong-token': 'the token was revoked or replaced: give the newest details to NetBackup (delete, then add)',
  'expired-token': 'the token has expired: create a new one and give it to NetBackup (delete, then add)',
  'unknown-group': 'the group does not exist, or was deleted',
  'address-not-allowed': 'the address is not in allowedCidrs of the group',
  'already-rejected': 'an earlier CONNECT on the same connection was rejected',
  'other-endpoint': "an earlier CONNECT on the same connection used another endpoint's token",
};

export const explainRejection = (reason: string): string =>
  REJECTION_EXPLANATIONS[reason as RejectionReason] ?? reason;
