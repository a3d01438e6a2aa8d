/** What an operator hands over with endpoint details: the certificate that NetBackup will show (EPT-5). */
import { printLine } from '../../netbackup/terminal.ts';
import { type ApiClient, segment } from './api-client.ts';

export interface ServedCertificate {
  readonly fingerprint: string;
  readonly issuer: string;
  readonly validTo: string;
}

/** That of a group's endpoint. Undefined while the deployment has not read it. */
export const certificateOf = async (
  api: ApiClient,
  groupId: string,
): Promise<ServedCertificate | undefined> => {
  const path = `/v1/groups/${segment(groupId)}/endpoints`;
  const { items } = await api.call<{ items: { certificate?: ServedCertificate }[] }>('GET', path);
  return items[0]?.certificate;
};

export const printCertificate = (certificate: ServedCertificate | undefined): void => {
  if (!certificate) return;
  const { fingerprint, issuer, validTo } = certificate;
  printLine('Tell the NetBackup administrator which certificate to approve:');
  printLine(`  SHA-256 ${fingerprint}`);
  printLine(`  issuer ${issuer}, valid until ${validTo}`);
};
