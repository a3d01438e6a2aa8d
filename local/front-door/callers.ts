import { randomBytes } from 'node:crypto';
import type { FunctionSpec } from '../types.ts';

/**
 * The caller of an AWS API: an execution environment of a function, a task of a service of ECS (its name and id are `functionName` and
 * `environmentId`), or a user (`functionName` absent).
 */
export interface KnownCaller {
  readonly secretAccessKey: string;
  readonly functionName?: string;
  readonly environmentId?: string;
  readonly roleArn?: string;
  /** The names by which fault rules select it. */
  readonly names: readonly string[];
}

/** The callers by access key. Only the signatures of URLs are verified: in a header the key alone identifies the caller. */
export class Callers extends Map<string, KnownCaller> {
  /** @returns credentials for an AWS SDK: of an environment of a function, of a task, or of a user who may do everything. */
  issue(spec?: Pick<FunctionSpec, 'functionName' | 'logicalId' | 'roleArn'>, environmentId = '') {
    const accessKeyId = `${spec ? 'ASIA' : 'AKIA'}${randomBytes(8).toString('hex').toUpperCase()}`;
    const { functionName = '', logicalId = '', roleArn = '' } = spec ?? {};
    const secretAccessKey = randomBytes(30).toString('base64');
    const user = { secretAccessKey, names: [] };
    const names = [functionName, logicalId];
    this.set(accessKeyId, spec ? { ...user, functionName, environmentId, roleArn, names } : user);
    return { accessKeyId, secretAccessKey };
  }
}
