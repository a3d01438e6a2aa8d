import { ArnFormat, Duration, RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import type { ITable } from 'aws-cdk-lib/aws-dynamodb';
import type { EventBus } from 'aws-cdk-lib/aws-events';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import {
  Architecture,
  type Code,
  Function as LambdaFunction,
  Runtime,
  Tracing,
} from 'aws-cdk-lib/aws-lambda';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import type { FunctionDeclaration, TableKey } from '../function-declaration.ts';
import { omitUndefined } from '../omit-undefined.ts';
import type { ConnectionsApi } from './connections-api.ts';
import { throughDynamoDb } from './customer-key.ts';

export interface ServiceFunctionProps {
  readonly declaration: FunctionDeclaration;
  readonly code: Code;
  readonly memoryMb: number;
  readonly logRetention: RetentionDays;
  readonly reservedConcurrency?: number;
  readonly tables: Readonly<Record<TableKey, ITable>>;
  readonly eventBus: EventBus;
  readonly commandKey: IKey;
  /** The key that encrypts the tables and the log, if there is one. */
  readonly customerKey: IKey | undefined;
  /** The connections of the gateways that the deployment has. */
  readonly gateways: readonly ConnectionsApi[];
  /** Variables beyond tables, bus and URLs of connections. */
  readonly settings: Readonly<Record<string, string>>;
}

/** A function with its own role, which allows exactly what its declaration lists. */
export class ServiceFunction extends LambdaFunction {
  constructor(scope: Construct, id: string, props: ServiceFunctionProps) {
    const { declaration } = props;
    const logGroup = new LogGroup(scope, `${id}Log`, {
      retention: props.logRetention,
      removalPolicy: RemovalPolicy.DESTROY,
      ...omitUndefined({ encryptionKey: props.customerKey }),
    });
    // Explicit, because the default role has AWSLambdaBasicExecutionRole, which may write to every log.
    const role = new Role(scope, `${id}Role`, {
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
      description: `Function ${id}`,
    });
    super(scope, id, {
      description: declaration.description,
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      code: props.code,
      handler: 'index.handler',
      timeout: Duration.seconds(declaration.timeoutSeconds),
      memorySize: Math.max(props.memoryMb, declaration.memoryMb ?? 0),
      role,
      logGroup,
      tracing: Tracing.ACTIVE,
      environment: environment(props),
      ...omitUndefined({ reservedConcurrentExecutions: props.reservedConcurrency }),
    });
    for (const statement of statements(props)) role.addToPolicy(statement);
    role.addToPolicy(
      new PolicyStatement({
        actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
        resources: [logGroup.logGroupArn],
      }),
    );
    Validations.of(role).acknowledge({
      id: 'AwsSolutions-IAM5[Resource::*]',
      reason: 'AWS defines no resource for the actions of X-Ray that send trace segments.',
    });
    for (const [gateway, method] of connectionGrants(props)) {
      Validations.of(role).acknowledge({
        id: `AwsSolutions-IAM5[Resource::${gateway.connectionsFinding(method)}]`,
        reason:
          'Connection ids are not known in advance: the grant is for one method on all connections of the gateway.',
      });
    }
  }
}

/** `waitingPlaces` as WAITING_PLACES_TABLE. */
export function tableVariable(name: TableKey): string {
  return `${name.replace(/[A-Z]/g, '_$&').toUpperCase()}_TABLE`;
}

function environment(props: ServiceFunctionProps): Record<string, string> {
  const { declaration, tables } = props;
  const names = Object.keys(declaration.tables) as TableKey[];
  return {
    ...Object.fromEntries(names.map((name) => [tableVariable(name), tables[name].tableName])),
    ...(declaration.vault ? { COMMAND_KEY: props.commandKey.keyArn } : {}),
    ...(declaration.publishes ? { EVENT_BUS: props.eventBus.eventBusName } : {}),
    ...Object.fromEntries(
      (declaration.connections ? props.gateways : []).map((gateway) => [
        gateway.variable,
        gateway.managementUrl,
      ]),
    ),
    ...props.settings,
  };
}

const connectionGrants = ({ declaration, gateways }: ServiceFunctionProps) =>
  gateways.flatMap((gateway) => (declaration.connections ?? []).map((method) => [gateway, method] as const));

function statements(props: ServiceFunctionProps): PolicyStatement[] {
  const { declaration, tables, eventBus, commandKey } = props;
  const result: PolicyStatement[] = [];
  const allow = (actions: readonly string[], resources: readonly string[], conditions = {}) => {
    if (actions.length === 0 || resources.length === 0) return;
    result.push(new PolicyStatement({ actions: [...actions], resources: [...resources], conditions }));
  };
  for (const [name, grant] of Object.entries(declaration.tables)) {
    const { tableArn } = tables[name as TableKey];
    allow(
      (grant.actions ?? []).map((action) => `dynamodb:${action}`),
      [tableArn],
      grant.leadingKeys && { 'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': grant.leadingKeys } },
    );
    allow(
      ['dynamodb:Query'],
      (grant.indexes ?? []).map((index) => `${tableArn}/index/${index}`),
    );
  }
  for (const [action, parts] of Object.entries(declaration.vault ?? {})) {
    // One statement for each part, so that each unused part shows up as an unused grant (I-10).
    for (const part of parts) {
      const conditions = { StringEquals: { 'kms:EncryptionContext:part': part } };
      result.push(
        new PolicyStatement({ actions: [`kms:${action}`], resources: [commandKey.keyArn], conditions }),
      );
    }
  }
  if (props.customerKey && Object.keys(declaration.tables).length > 0)
    result.push(throughDynamoDb(props.customerKey));
  if (declaration.publishes) allow(['events:PutEvents'], [eventBus.eventBusArn]);
  for (const { from, to } of declaration.mails ?? []) {
    // An address is an identity itself, or belongs to the identity of its domain.
    const identities = [from, from.slice(from.indexOf('@') + 1)];
    allow(
      ['ses:SendEmail'],
      identities.map((name) =>
        Stack.of(eventBus).formatArn({ service: 'ses', resource: 'identity', resourceName: name }),
      ),
      {
        StringEquals: { 'ses:FromAddress': from },
        'ForAllValues:StringEquals': { 'ses:Recipients': to },
      },
    );
  }
  allow(
    ['secretsmanager:GetSecretValue'],
    (declaration.secrets ?? []).flatMap((secret) => secretArns(Stack.of(eventBus), secret)),
  );
  for (const [gateway, method] of connectionGrants(props))
    allow([gateway.action], [gateway.connectionsArn(method)]);
  return result;
}

/**
 * The ARNs of a secret in policies. Secrets Manager adds a hyphen and six characters to the name of a secret. A given ARN may be without them.
 * https://docs.aws.amazon.com/secretsmanager/latest/userguide/auth-and-access_examples.html
 */
export const secretArns = (stack: Stack, secret: string): string[] => {
  if (secret.startsWith('arn:')) return [secret, `${secret}-??????`];
  const arnFormat = ArnFormat.COLON_RESOURCE_NAME;
  return [
    stack.formatArn({
      service: 'secretsmanager',
      resource: 'secret',
      resourceName: `${secret}-??????`,
      arnFormat,
    }),
  ];
};
