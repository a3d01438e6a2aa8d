import { join, resolve } from 'node:path';
import { synthesize } from '../../bin/nbwss/assembly.ts';
import { forgetGrants } from './grants.ts';

/** Synthesizes the deployment once for all suites that run it. */
export default async (): Promise<void> => {
  forgetGrants();
  const root = resolve(import.meta.dirname, '../..');
  await synthesize(root, join(root, '.local/test/cdk.out'));
};
