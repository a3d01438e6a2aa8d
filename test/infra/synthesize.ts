import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BUNDLING_STACKS } from 'aws-cdk-lib/cx-api';
import { addStacks, createApp } from '../../lib/app.ts';
import type { Template } from './templates.ts';

const base = mkdtempSync(join(tmpdir(), 'nbwss-infra-'));
afterAll(() => rmSync(base, { recursive: true, force: true }));

/** A folder for an assembly, removed after the tests of the file. */
export const outdir = (): string => mkdtempSync(join(base, 'cdk.out-'));

/** The stacks with a configuration, not bundled: what the functions contain is tested in `bundles.test.ts`. */
export const stacksOf = (nbwss: Record<string, unknown> = {}) =>
  addStacks(createApp({ context: { nbwss, [BUNDLING_STACKS]: [] }, outdir: outdir() }), new Map());

/** Their templates. The CDK's own validation takes most of the time: it is left to the test with cdk-nag. */
export function synthesize(nbwss: Record<string, unknown>) {
  const { app, data, service, relay, monitoring } = stacksOf(nbwss);
  process.env['CDK_VALIDATION'] = 'false';
  const assembly = app.synth();
  delete process.env['CDK_VALIDATION'];
  const template = (id: string): Template => assembly.getStackArtifact(id).template;
  return {
    data: template(data.artifactId),
    service: template(service.artifactId),
    ...(relay && { relay: template(relay.artifactId) }),
    monitoring: template(monitoring.artifactId),
  };
}
