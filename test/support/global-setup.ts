import { rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { ON_THIS_MACHINE, synthesize } from '../../bin/nbwss/assembly.ts';
import { bundleCommandLine } from './cli-bundle.ts';
import { forgetGrants } from './grants.ts';

/** Synthesizes the deployment, and bundles the command line, once for all suites that run them. */
export default async (): Promise<void> => {
  forgetGrants();
  const root = resolve(import.meta.dirname, '../..');
  // As `nbwss start` does: its tests start with a copy.
  const isNew = await synthesize(root, join(root, '.local/test/cdk.out'), ON_THIS_MACHINE);
  if (isNew) await rm(join(root, '.local/test/code-cache'), { recursive: true, force: true });
  await bundleCommandLine(root, join(root, '.local/test/cli'));
};
