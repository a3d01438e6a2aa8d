import type { ConnectionsMethod } from '../function-declaration.ts';

/** How functions send to, read and close the connections of one gateway. */
export interface ConnectionsApi {
  /** The variable of the functions that has the URL. */
  readonly variable: 'MANAGEMENT_URL' | 'RELAY_URL';
  /** `/@connections/{connectionId}` follows it. */
  readonly managementUrl: string;
  /** The IAM action of its methods. */
  readonly action: string;
  /** All connections, for one method. */
  connectionsArn(method: ConnectionsMethod): string;
  /** That ARN in the findings of cdk-nag. */
  connectionsFinding(method: ConnectionsMethod): string;
}
