/** The certificate that NetBackup's administrator approves. */
import type { Schemas } from '../../api/client.ts';
import { Copy } from '../../components/copy.tsx';
import { Facts } from '../../components/facts.tsx';
import { Moment } from '../../components/moment.tsx';
import { endpointWords } from './words.ts';

export const Certificate = ({ certificate }: { certificate: Schemas['Certificate'] | undefined }) => {
  const text = endpointWords();
  if (!certificate) return <p class="quiet">{text.noCertificate}</p>;
  return (
    <>
      <p class="quiet measure">{text.certificateHint}</p>
      <Facts
        facts={[
          [
            text.fingerprint,
            <span key="fingerprint" class="copied">
              <code>{certificate.fingerprint}</code> <Copy text={certificate.fingerprint} />
            </span>,
          ],
          [text.issuer, certificate.issuer],
          [text.validTo, <Moment key="valid" at={certificate.validTo} isFull />],
          [text.readAt, <Moment key="read" at={certificate.readAt} isFull />],
        ]}
      />
    </>
  );
};
