import type { ConnectionsMethod } from '../function-declaration.ts';

/** How functions send to, read and close the connections of one gateway. */
export interface ConnectionsApi {
  /** The name of the functions' variable with the URL. */
  readonly variable: 'MANAGEMENT_URL' | 'RELAY_URL';
  /** `/@connections/{connectionId}` follows it. */
  readonly managementUrl: string;
  /** The IAM action of its methods. */
  readonly action: string;
  /** All connections, for one method. */
  connectionsArn(method: ConnectionsMethod): string;
  /** The same ARN as cdk-nag writes it in findings. */
  connectionsFinding(method: ConnectionsMethod): string;
}
