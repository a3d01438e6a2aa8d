import { RemovalPolicy } from 'aws-cdk-lib';
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import { type IAccessLogSettings, LogGroupLogDestination } from 'aws-cdk-lib/aws-apigatewayv2';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';

/** For both protocols. Bodies, headers and query strings are not logged: they may contain secrets. */
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

/** Access logs with one JSON object per line, in their own log group. */
export function accessLog(
  scope: Construct,
  retention: RetentionDays,
  fields: Readonly<Record<string, string>>,
): IAccessLogSettings {
  const logGroup = new LogGroup(scope, 'AccessLog', { retention, removalPolicy: RemovalPolicy.DESTROY });
  return {
    destination: new LogGroupLogDestination(logGroup),
    format: AccessLogFormat.custom(JSON.stringify(fields)),
  };
}
