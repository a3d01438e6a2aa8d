import { RemovalPolicy, Stack } from 'aws-cdk-lib';
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import { type IAccessLogSettings, LogGroupLogDestination } from 'aws-cdk-lib/aws-apigatewayv2';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';

/** The fields for both protocols. Bodies, headers and query strings are not logged: they may contain secrets. */
const COMMON = {
  requestId: '$context.requestId',
  extendedRequestId: '$context.extendedRequestId',
  requestTime: '$context.requestTime',
  sourceIp: '$context.identity.sourceIp',
  routeKey: '$context.routeKey',
  status: '$context.status',
  error: '$context.error.message',
  integrationStatus: '$context.integration.status',
  integrationLatency: '$context.integration.latency',
  integrationError: '$context.integration.error',
};

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/websocket-api-logging.html */
export const WEBSOCKET_FIELDS = {
  ...COMMON,
  connectionId: '$context.connectionId',
  eventType: '$context.eventType',
  connectedAt: '$context.connectedAt',
};

/**
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-logging-variables.html. The route, not the
 * path: a path may itself be a secret (an invitation).
 */
export const HTTP_FIELDS = {
  ...COMMON,
  httpMethod: '$context.httpMethod',
  responseLength: '$context.responseLength',
  responseLatency: '$context.responseLatency',
};

export interface AccessLogProps {
  readonly retention: RetentionDays;
  readonly encryptionKey?: IKey;
}

/**
 * Access logs with one JSON object per line, in their own log group. Its name keeps the account's resource policy, which is 5 120
 * characters at most, from growing with every log group:
 * https://docs.aws.amazon.com/step-functions/latest/dg/bp-cwl.html
 */
export function accessLog(
  scope: Construct,
  api: string,
  fields: Readonly<Record<string, string>>,
  props: AccessLogProps,
): IAccessLogSettings {
  const logGroup = new LogGroup(scope, 'AccessLog', {
    logGroupName: `/aws/vendedlogs/apigateway/${Stack.of(scope).stackName}-${api}`,
    removalPolicy: RemovalPolicy.DESTROY,
    ...props,
  });
  return {
    destination: new LogGroupLogDestination(logGroup),
    format: AccessLogFormat.custom(JSON.stringify(fields)),
  };
}
