import { AwsError } from '../errors.ts';
import { type AwsService, notEmulated } from '../front-door/service.ts';
import type { ServiceContext } from '../service-context.ts';
import { isFunction } from '../types.ts';

interface Invoke {
  readonly FunctionName: string;
  readonly Payload: unknown;
}

/** Lambda's own API: synchronous invocations (https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html). */
export function createLambdaApi({ model, lambda }: Pick<ServiceContext, 'model' | 'lambda'>): AwsService {
  return {
    access: (action, { FunctionName }: Invoke) => {
      if (action !== 'Invoke') throw notEmulated(`lambda:${action}`);
      const fn = model.functions.find(isFunction(FunctionName));
      if (!fn) throw new AwsError('ResourceNotFoundException', `Function not found: ${FunctionName}`, 404);
      // A permission for the function does not apply to its alias.
      const alias = fn.aliases?.find((arn) =>
        arn.endsWith(`:${FunctionName.replace(/^arn:.*:function:/, '')}`),
      );
      return [{ action: 'lambda:InvokeFunction', resource: alias ?? fn.arn }];
    },
    call: async (_, { FunctionName, Payload }: Invoke) => {
      const result = await lambda.invoke(FunctionName, Payload);
      if (result.ok) return { body: result.payload };
      const { failure, errorType, errorMessage } = result;
      if (failure === 'throttled') throw new AwsError(errorType, errorMessage, 429);
      if (errorType === 'RequestTooLargeException') throw new AwsError(errorType, errorMessage, 413);
      return { body: { errorType, errorMessage }, headers: { 'x-amz-function-error': 'Unhandled' } };
    },
  };
}
