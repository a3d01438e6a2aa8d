/** The certificate that NetBackup will show, which an operator passes on with endpoint details (EPT-5). */
import type { Schemas } from '../../client/paths.ts';
import { printLine } from '../../netbackup/terminal.ts';
import { type ApiClient, answerOf } from './api-client.ts';

export type ServedCertificate = Schemas['Certificate'];

/** The certificate of the host of a group's endpoint. Undefined while the deployment has not read it. */
export const certificateOf = async (
  api: ApiClient,
  groupId: string,
  hostName: string,
): Promise<ServedCertificate | undefined> => {
  const params = { path: { groupId } };
  const { items } = await answerOf(api.GET('/v1/groups/{groupId}/endpoints', { params }));
  return items.find((endpoint) => endpoint.hostName === hostName)?.certificate;
};

export const printCertificate = (certificate: ServedCertificate | undefined): void => {
  if (!certificate) return;
  const { fingerprint, issuer, validTo } = certificate;
  printLine('Tell the NetBackup administrator which certificate to approve:');
  printLine(`  SHA-256 ${fingerprint}`);
  printLine(`  issuer ${issuer}, valid until ${validTo}`);
};
