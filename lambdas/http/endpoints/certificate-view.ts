/** The API's view of the certificate that NetBackup's administrator approves. */
import { z } from '@hono/zod-openapi';
import type { KnownCertificate } from '../../endpoints/certificate/certificate.ts';
import { isoTime } from '../../platform/clock.ts';

const time = z.iso.datetime();

export const certificateSchema = z
  .object({
    fingerprint: z.string(),
    issuer: z.string(),
    validFrom: time,
    validTo: time,
    readAt: time,
  })
  .openapi('Certificate', {
    description:
      'The certificate of the host in the url, as the deployment last read it. NetBackup shows the fingerprint (SHA-256) for approval: compare both. Absent until it was read, within a minute after the deployment.',
  });

/** The certificate as a member of an answer; empty while nothing is known. */
export const certificateView = (
  known: KnownCertificate | undefined,
): { certificate?: z.infer<typeof certificateSchema> } => {
  if (known?.certificate === undefined || known.readAt === undefined) return {};
  const { fingerprint, issuer, validFrom, validTo } = known.certificate;
  const times = { validFrom: isoTime(validFrom), validTo: isoTime(validTo), readAt: isoTime(known.readAt) };
  return { certificate: { fingerprint, issuer, ...times } };
};
