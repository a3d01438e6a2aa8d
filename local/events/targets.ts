import { StartError } from '../errors.ts';
import { checkTransformer, type InputTransformer } from './transform.ts';

/** A target of a rule, by the CloudFormation reference. */
export interface Target {
  readonly Arn: string;
  readonly Id: string;
  readonly RoleArn?: string;
  readonly InputTransformer?: InputTransformer;
  readonly HttpParameters?: { readonly HeaderParameters?: Readonly<Record<string, string>> };
  readonly DeadLetterConfig?: { readonly Arn: string };
  readonly RetryPolicy?: {
    readonly MaximumRetryAttempts?: number;
    readonly MaximumEventAgeInSeconds?: number;
  };
}

const KINDS = {
  function: { arn: /:lambda:/, members: ['DeadLetterConfig', 'RetryPolicy'] },
  queue: { arn: /:sqs:/, members: ['InputTransformer', 'DeadLetterConfig', 'RetryPolicy'] },
  bus: { arn: /:event-bus\//, members: ['RoleArn', 'DeadLetterConfig', 'RetryPolicy'] },
  topic: { arn: /:sns:/, members: ['InputTransformer', 'DeadLetterConfig', 'RetryPolicy'] },
  destination: {
    arn: /:api-destination\//,
    members: ['RoleArn', 'InputTransformer', 'HttpParameters', 'DeadLetterConfig', 'RetryPolicy'],
  },
} as const;
export type TargetKind = keyof typeof KINDS;

export const kindOf = (arn: string): TargetKind | undefined =>
  (Object.keys(KINDS) as TargetKind[]).find((kind) => KINDS[kind].arn.test(arn));

/** @throws StartError for targets, and members of them, that are not supported */
export function checkTargets(rule: {
  readonly logicalId: string;
  readonly properties: { readonly Targets?: readonly Target[] };
}): void {
  const {
    logicalId,
    properties: { Targets = [] },
  } = rule;
  for (const target of Targets) {
    const kind = kindOf(target.Arn);
    if (kind === undefined)
      throw new StartError(
        `${logicalId} has the target ${target.Arn}, which the local cloud does not support.`,
      );
    const supported: readonly string[] = ['Arn', 'Id', ...KINDS[kind].members];
    const member = Object.keys(target).find((name) => !supported.includes(name));
    if (member !== undefined)
      throw new StartError(
        `${logicalId} has a ${kind} with ${member}, which the local cloud does not support.`,
      );
    if (target.InputTransformer) checkTransformer(logicalId, target.InputTransformer);
  }
}
