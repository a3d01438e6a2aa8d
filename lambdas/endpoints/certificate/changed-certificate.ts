/** `certificate-changed`: NetBackup is shown another certificate than it has stored (EPT-5). Pure. */
import { DAY_MS } from '../../platform/clock.ts';
import type { Finding } from '../../problems/finding.ts';
import type { KnownCertificate } from './certificate.ts';

/**
 * Nothing shows that every domain accepts the new certificate: at API Gateway each reconnects within two hours, and one that does not is
 * a problem of its own. So a change is over after this time, unless somebody acknowledges it before.
 */
const SHOWN_DAYS = 14;

/** @returns undefined when it is over */
export const changedFinding = (
  { host, certificate }: KnownCertificate,
  changedAt: number,
  now: number,
): Finding | undefined => {
  if (now - changedAt >= SHOWN_DAYS * DAY_MS) return undefined;
  return {
    kind: 'certificate-changed',
    since: changedAt,
    last: changedAt,
    count: 1,
    measures: [],
    text: `The certificate of ${host} has changed to ${certificate?.fingerprint} (SHA-256): compare the fingerprint with that of the certificate that you installed, and check that every domain connects again (at API Gateway each does within two hours); this is shown for ${SHOWN_DAYS} days.`,
  };
};
