import {
  Annotations,
  type App,
  BOOTSTRAP_QUALIFIER_CONTEXT,
  PermissionsBoundary,
  type Stack,
  type StackProps,
  Tags,
} from 'aws-cdk-lib';
import type { Config } from './config.ts';

/** Lambda refuses more in an account whose quota was not raised: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
const MEMORY_OF_NEW_ACCOUNTS_MB = 3008;

/** What the account's rules add to each stack. */
export const accountProps = ({ tags, permissionsBoundary }: Config): StackProps => ({
  tags,
  ...(permissionsBoundary === undefined
    ? {}
    : {
        permissionsBoundary: permissionsBoundary.startsWith('arn:')
          ? PermissionsBoundary.fromArn(permissionsBoundary)
          : PermissionsBoundary.fromName(permissionsBoundary),
      }),
});

/** What they change in the whole app, before it has stacks. */
export function applyAccountRules(app: App, { tags, qualifier }: Config): void {
  if (qualifier !== undefined) app.node.setContext(BOOTSTRAP_QUALIFIER_CONTEXT, qualifier);
  for (const [name, value] of Object.entries(tags)) Tags.of(app).add(name, value);
}

/** Warns of what a new account refuses. */
export function warnOfQuotas(stack: Stack, { functionMemoryMb }: Config): void {
  if (functionMemoryMb <= MEMORY_OF_NEW_ACCOUNTS_MB) return;
  Annotations.of(stack).addWarningV2(
    'nbwss:functionMemoryMb',
    `nbwss.functionMemoryMb is ${functionMemoryMb}: a new AWS account refuses more than ${MEMORY_OF_NEW_ACCOUNTS_MB} MB.`,
  );
}
