/** The settings by which a deployment fits into an AWS account with its own rules. Part of the configuration. */
import { z } from 'zod';
import { flag, KMS_KEY_ARN, text } from './setting-types.ts';

const KEY = 'must be true, false or the ARN of a KMS key';
const LOG_ROLES = ['off', 'existing', 'create'] as const;

const TAG = /^(?!aws:)[\p{L}\p{Z}\p{N}_.:/=+@-]{1,128}$/u;
const TAG_VALUE = /^[\p{L}\p{Z}\p{N}_.:/=+@-]{0,256}$/u;
/** A resource has 50 tags at most; CloudFormation and the CDK add some. */
const MAX_TAGS = 40;

export const ACCOUNT_SETTINGS = {
  /**
   * Whether the WebSocket API has an access log. API Gateway writes it with a role that is set once for an account and Region:
   * `existing` needs one, `create` creates one and replaces the account's setting.
   */
  apiGatewayLogRole: z.enum(LOG_ROLES, `must be one of ${LOG_ROLES.join(', ')}`).default('off'),
  /** Metrics of each route. They cost more than an idle deployment; the alarms do not need them. */
  detailedMetrics: flag().default(false),
  /** Tags of the stacks and of all resources that can have tags. */
  tags: z
    .record(
      text(TAG, 'must have names of 1 to 128 characters that do not start with aws:'),
      text(TAG_VALUE, 'must be at most 256 letters, digits, blanks and _.:/=+@-'),
      'must be an object of texts',
    )
    .refine((tags) => Object.keys(tags).length <= MAX_TAGS, `must have ${MAX_TAGS} tags at most`)
    .default({}),
  /** Name or ARN of the managed policy that limits all roles. */
  permissionsBoundary: text(
    /^(arn:aws[a-z-]*:iam::(\d{12}|aws):policy\/[\w+=,.@/-]{1,512}|[\w+=,.@-]{1,128})$/,
    'must be the name or the ARN of a managed policy',
  ).optional(),
  /** The qualifier of the bootstrapped environment, where `cdk bootstrap` was run with `--qualifier`. */
  qualifier: text(
    /^[A-Za-z0-9_-]{1,10}$/,
    'must be 1 to 10 letters, digits, hyphens and underscores',
  ).optional(),
  /**
   * Whether tables, bus, alarm topic and logs are encrypted with a KMS key of the account instead of an AWS key: a new key, or
   * the key with this ARN. Not the key that encrypts the secrets of commands, which a deployment always has.
   */
  customerManagedKey: z.union([z.boolean(), text(KMS_KEY_ARN, KEY)], KEY).default(false),
};
