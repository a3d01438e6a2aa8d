import { RemovalPolicy } from 'aws-cdk-lib';
import {
  type Attribute,
  AttributeType,
  BillingMode,
  ProjectionType,
  type StreamViewType,
  Table,
  TableEncryption,
} from 'aws-cdk-lib/aws-dynamodb';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';
import { omitUndefined } from '../omit-undefined.ts';

/** A key attribute: a name for a string, `{ number: name }` for a number. */
export type KeyAttribute = string | { readonly number: string };

/** The key of a table or index: its hash attribute, and perhaps its range attribute. */
export type KeyAttributes = readonly [hash: KeyAttribute, range?: KeyAttribute];

export interface EntityTableProps {
  readonly key: KeyAttributes;
  /** An index has keys only, and the attributes in `include`: indexes are the largest part of the costs. */
  readonly indexes?: Readonly<Record<string, { readonly key: KeyAttributes; readonly include?: string[] }>>;
  readonly stream?: StreamViewType;
  /** False only where deleted values must not be kept in backups. */
  readonly pointInTimeRecovery?: boolean;
  readonly encryptionKey?: IKey;
}

/**
 * The table of one entity: on demand, kept when the stack is deleted, with deletion protection, expiry by `expiresAt`, and
 * encryption with the key that DynamoDB owns, unless there is another.
 */
export class EntityTable extends Table {
  constructor(scope: Construct, id: string, props: EntityTableProps) {
    super(scope, id, {
      ...keySchema(props.key),
      billingMode: BillingMode.PAY_PER_REQUEST,
      timeToLiveAttribute: 'expiresAt',
      deletionProtection: true,
      removalPolicy: RemovalPolicy.RETAIN,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: props.pointInTimeRecovery ?? true },
      ...omitUndefined({ stream: props.stream }),
      ...(props.encryptionKey && {
        encryption: TableEncryption.CUSTOMER_MANAGED,
        encryptionKey: props.encryptionKey,
      }),
    });
    for (const [indexName, index] of Object.entries(props.indexes ?? {})) {
      this.addGlobalSecondaryIndex({
        indexName,
        ...keySchema(index.key),
        ...(index.include === undefined
          ? { projectionType: ProjectionType.KEYS_ONLY }
          : { projectionType: ProjectionType.INCLUDE, nonKeyAttributes: index.include }),
      });
    }
  }
}

function keySchema([hash, range]: KeyAttributes): { partitionKey: Attribute; sortKey?: Attribute } {
  return { partitionKey: attribute(hash), ...(range === undefined ? {} : { sortKey: attribute(range) }) };
}

function attribute(key: KeyAttribute): Attribute {
  return typeof key === 'string'
    ? { name: key, type: AttributeType.STRING }
    : { name: key.number, type: AttributeType.NUMBER };
}
