/** A fresh local deployment's first group, and the files that tell others of it. */
import { join, resolve } from 'node:path';
import type { LocalCloud } from '../../local/cloud.ts';
import type { EndpointDetails } from '../../netbackup/index.ts';
import { type Connection, createAdminKey, createClientKey, createEndpointFile, createGroup } from './demo.ts';
import { jsonText, writeSecret } from './secret-file.ts';

interface Introduction {
  readonly connection: Connection;
  readonly connectionFile: string;
  readonly details: EndpointDetails;
}

/** @param place where its files go: `state` is absolute, `data` is kept data's folder if there is one */
export const introduce = async (
  cloud: LocalCloud,
  groupId: string,
  caFile: string,
  { state, data }: { readonly state: string; readonly data?: string },
): Promise<Introduction> => {
  // RawPart data need their token kept: the deployment itself stores a hash only.
  const endpointFile = join(data === undefined ? state : resolve(data), `${groupId}-endpoint.json`);
  const adminKey = await createAdminKey(cloud);
  await createGroup(cloud, adminKey, groupId);
  const details = await createEndpointFile(cloud, adminKey, groupId, endpointFile);
  const apiKey = await createClientKey(cloud);
  const { apiUrl, webSocketUrl } = cloud;
  const connection: Connection = { apiUrl, apiKey, adminKey, webSocketUrl, endpointFile, caFile };
  const connectionFile = join(state, 'connection.json');
  await writeSecret(connectionFile, jsonText(connection));
  return { connection, connectionFile, details };
};
