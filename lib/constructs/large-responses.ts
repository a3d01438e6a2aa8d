import { Duration, RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { BlockPublicAccess, Bucket, BucketEncryption, type CfnBucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import type { FunctionName } from '../functions.ts';
import type { ServiceFunction } from './service-function.ts';

/** The memory of `respond`, in MB: a response of 64 MB, as bytes, as text and parsed (docs/commands.md, "Large responses"). */
export const RESPOND_MEMORY_MB = 1024;

/** Prefixes of the keys: `lambdas/commands/large/large-responses.ts`. */
const PARTS = 'parts/*';
const BODIES = 'bodies/*';
/** The longest time before the retention begins: 24 hours until a command is sent, one hour after that. */
const DEADLINE_HOURS = 25;

export interface LargeResponsesProps {
  /** The setting `retention.commandHours`. */
  readonly retentionHours: number;
}

/** The bucket for what is too large for an item: parts of responses that the relay delivers, and bodies of responses. */
export class LargeResponses extends Construct {
  readonly bucket: Bucket;

  constructor(scope: Construct, id: string, { retentionHours }: LargeResponsesProps) {
    super(scope, id);
    const expiring = (prefix: string, days: number) => ({
      prefix,
      expiration: Duration.days(days),
      abortIncompleteMultipartUploadAfter: Duration.days(1),
    });
    this.bucket = new Bucket(this, 'Bucket', {
      encryption: BucketEncryption.S3_MANAGED,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      enforceSSL: true,
      lifecycleRules: [
        expiring('parts/', 1),
        expiring('bodies/', Math.ceil((retentionHours + DEADLINE_HOURS) / 24)),
      ],
      // Its objects can be requested from NetBackup again, and expire anyway; a stack can only delete an empty bucket.
      removalPolicy: RemovalPolicy.RETAIN,
    });
    Validations.of(this.bucket).acknowledge({
      id: 'AwsSolutions-S1',
      reason: 'Access logs need another bucket. Functions write here, and log what they do.',
    });
  }

  /** @param commandKey the key for the functions: a part may hold a credential, and is encrypted before it is stored (I-6) */
  grant(functions: Readonly<Record<FunctionName, ServiceFunction>>, commandKey: IKey): void {
    const { respond, command, sweep } = functions;
    this.#allow(respond, ['PutObject', 'GetObject', 'DeleteObject'], PARTS);
    this.#allow(respond, ['PutObject'], BODIES);
    for (const action of ['GenerateDataKey', 'Decrypt'])
      respond.addToRolePolicy(
        new PolicyStatement({
          actions: [`kms:${action}`],
          resources: [commandKey.keyArn],
          conditions: { StringEquals: { 'kms:EncryptionContext:part': 'slice' } },
        }),
      );
    // A presigned URL permits what the function that signed it may do.
    this.#allow(command, ['GetObject', 'DeleteObject'], BODIES);
    // When a group is deleted.
    sweep.addToRolePolicy(
      new PolicyStatement({ actions: ['s3:ListBucket'], resources: [this.bucket.bucketArn] }),
    );
    for (const keys of [PARTS, BODIES]) this.#allow(sweep, ['DeleteObject'], keys);
  }

  #allow(handler: ServiceFunction, actions: readonly string[], keys: string): void {
    handler.addToRolePolicy(
      new PolicyStatement({
        actions: actions.map((action) => `s3:${action}`),
        resources: [this.bucket.arnForObjects(keys)],
      }),
    );
    const bucketId = Stack.of(this).getLogicalId(this.bucket.node.defaultChild as CfnBucket);
    if (handler.role)
      Validations.of(handler.role).acknowledge({
        id: `AwsSolutions-IAM5[Resource::<${bucketId}.Arn>/${keys}]`,
        reason: 'Keys begin with groups and commands, which are not known in advance.',
      });
  }
}
