import { randomBytes } from 'node:crypto';
import type { FunctionSpec } from '../types.ts';

/** Who makes an AWS call: one execution environment of a function, or a person (`functionName` absent). */
export interface KnownCaller {
  readonly functionName?: string;
  readonly environmentId?: string;
  readonly roleArn?: string;
  /** The names under which faults may mean it. */
  readonly names: readonly string[];
}

/** Who has which access key. Signatures are not verified: the key alone tells who calls. */
export class Callers extends Map<string, KnownCaller> {
  /** @returns credentials for an AWS SDK: of an environment of a function, or of a person who may do everything. */
  issue(spec?: FunctionSpec, environmentId = '') {
    const accessKeyId = `${spec ? 'ASIA' : 'AKIA'}${randomBytes(8).toString('hex').toUpperCase()}`;
    const { functionName = '', logicalId = '', roleArn = '' } = spec ?? {};
    const person = { names: [] };
    const names = [functionName, logicalId];
    this.set(accessKeyId, spec ? { functionName, environmentId, roleArn, names } : person);
    return { accessKeyId, secretAccessKey: randomBytes(30).toString('base64') };
  }
}
