import { createHash } from 'node:crypto';

const digest = (...parts: readonly string[]): Buffer => createHash('sha256').update(parts.join('/')).digest();

/**
 * The name that CloudFormation would invent: the same for the same stack and logical id at every start, so that
 * stored data finds its table again. APIs and keys have ids of their own shape.
 */
export function physicalName(type: string, stack: string, logicalId: string): string {
  const hash = digest(type, stack, logicalId);
  if (type === 'AWS::ApiGatewayV2::Api') return hash.toString('hex').slice(0, 10);
  if (type.startsWith('AWS::ApiGatewayV2::')) return hash.toString('hex').slice(0, 7);
  if (type === 'AWS::KMS::Key' || type === 'AWS::Lambda::EventSourceMapping') {
    return hash.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/, '$1-$2-$3-$4-$5');
  }
  const suffix = hash.toString('hex').slice(0, 12).toUpperCase();
  // 64 characters is the least of the limits (functions, roles, buses).
  return `${`${stack}-${logicalId}`.slice(0, 50)}-${suffix}`;
}

/** The function of an ARN that may name a version or an alias; the local cloud has one version of each. */
export const unqualified = (functionArn: string): string =>
  functionArn.replace(/^(arn:aws:lambda:[^:]+:[^:]+:function:[^:]+):.*$/, '$1');
