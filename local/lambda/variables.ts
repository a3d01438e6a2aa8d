import type { FunctionSpec } from '../types.ts';

/**
 * The environment variables that Lambda itself sets (developer guide, "Defined runtime environment variables"), after
 * the function's own, which cannot override the reserved ones. The variables of the shell are not passed on.
 */
export function environmentVariables(
  spec: FunctionSpec,
  environmentId: string,
  startedAt: number,
  added: Readonly<Record<string, string>>,
): Record<string, string> {
  const day = new Date(startedAt).toISOString().slice(0, 10).replaceAll('-', '/');
  return {
    PATH: '/usr/local/bin:/usr/bin:/bin',
    LANG: 'en_US.UTF-8',
    TZ: ':UTC',
    // The folder does not exist, as on Lambda: otherwise the SDK would read the settings of the current user.
    HOME: '/home/sbx_user1051',
    ...spec.environment,
    ...added,
    _HANDLER: spec.handler,
    LAMBDA_TASK_ROOT: spec.codeDir,
    AWS_EXECUTION_ENV: `AWS_Lambda_${spec.runtime}`,
    AWS_LAMBDA_FUNCTION_NAME: spec.functionName,
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(spec.memoryMb),
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${spec.functionName}`,
    AWS_LAMBDA_LOG_STREAM_NAME: `${day}/[$LATEST]${environmentId}`,
    // Not on Lambda: the Node.js of this machine may be older than the configured runtime.
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
  };
}
