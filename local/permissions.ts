import type { InvokeResult, LambdaService, Log } from '../gateway/types.ts';
import type { CloudModel } from './assembly/model.ts';
import type { Iam } from './front-door/iam.ts';

interface ProxyEvent {
  readonly routeKey?: string;
  readonly requestContext: {
    readonly apiId: string;
    readonly stage: string;
    readonly routeKey: string;
    readonly http?: { readonly method: string };
  };
}

/** The source ARN of API Gateway: `api/stage/routeKey`, or `api/stage/METHOD/path` for HTTP. */
function sourceArn({ region, account }: Pick<CloudModel, 'region' | 'account'>, event: ProxyEvent): string {
  const { apiId, stage, routeKey, http } = event.requestContext;
  const [, path] = routeKey.split(' ');
  const route = !http ? routeKey : path ? `${http.method}${path}` : `${http.method}/$default`;
  return `arn:aws:execute-api:${region}:${account}:${apiId}/${stage}/${route}`;
}

/** Lambda for API Gateway: an AWS::Lambda::Permission must allow this route to invoke this function. */
export function withPermissions(
  lambda: LambdaService,
  iam: Iam,
  location: Pick<CloudModel, 'region' | 'account'>,
  log: Log,
): LambdaService {
  return {
    invoke: async (functionArn, payload): Promise<InvokeResult> => {
      const source = sourceArn(location, payload as ProxyEvent);
      const access = { action: 'lambda:InvokeFunction', resource: functionArn };
      if (iam.serviceMay('apigateway.amazonaws.com', source, access))
        return lambda.invoke(functionArn, payload);
      const errorMessage = `${source} is not authorized to perform: lambda:InvokeFunction on resource: ${functionArn}`;
      log({ source: 'api-gateway', message: errorMessage });
      return { ok: false, failure: 'error', errorType: 'AccessDeniedException', errorMessage };
    },
  };
}
