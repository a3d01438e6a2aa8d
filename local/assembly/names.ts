import { createHash } from 'node:crypto';

/**
 * The name that CloudFormation would invent: the same for the same stack and logical id at every start, so that
 * stored data finds its table again. APIs and keys have ids of their own shape.
 */
export function physicalName(type: string, stack: string, logicalId: string): string {
  const hash = createHash('sha256').update([type, stack, logicalId].join('/')).digest('hex');
  if (type.startsWith('AWS::ApiGatewayV2::')) return hash.slice(0, 10);
  if (type === 'AWS::KMS::Key' || type === 'AWS::Lambda::EventSourceMapping') {
    return hash.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/, '$1-$2-$3-$4-$5');
  }
  // 64 characters is the least of the limits (functions, roles, buses).
  return `${`${stack}-${logicalId}`.slice(0, 50)}-${hash.slice(0, 12).toUpperCase()}`;
}
