import { Stack } from 'aws-cdk-lib';
import { type CfnApi, HttpApi } from 'aws-cdk-lib/aws-apigatewayv2';
import { Construct } from 'constructs';
import type { ConnectionsMethod } from '../function-declaration.ts';
import type { ConnectionsApi } from './connections-api.ts';

/**
 * The API by which functions reach the relay's connections. Its id is part of the functions' variables and permissions, so it
 * belongs to their stack; its routes and its stage belong to the stack of the relay, which is created after it.
 */
export class RelayApi extends Construct implements ConnectionsApi {
  readonly variable = 'RELAY_URL';
  readonly action = 'execute-api:Invoke';
  readonly api: HttpApi;
  readonly managementUrl: string;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.api = new HttpApi(this, 'Api', {
      apiName: `${Stack.of(this).stackName}-relay`,
      description: 'NBWSS endpoint: connections of the relay, for its functions only',
      createDefaultStage: false,
    });
    this.managementUrl = this.api.apiEndpoint;
  }

  connectionsArn(method: ConnectionsMethod): string {
    return Stack.of(this).formatArn({
      service: 'execute-api',
      resource: this.api.apiId,
      resourceName: `$default/${method}/@connections/*`,
    });
  }

  connectionsFinding(method: ConnectionsMethod): string {
    const api = Stack.of(this).getLogicalId(this.api.node.defaultChild as CfnApi);
    const place = '<AWS::Partition>:execute-api:<AWS::Region>:<AWS::AccountId>';
    return `arn:${place}:<${api}>/$default/${method}/@connections/*`;
  }
}
