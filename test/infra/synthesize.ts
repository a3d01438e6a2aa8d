import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Template } from 'aws-cdk-lib/assertions';
import { BUNDLING_STACKS } from 'aws-cdk-lib/cx-api';
import { addStacks, createApp } from '../../lib/app.ts';

/** A resource as it stands in a template. */
export interface Resource {
  readonly Type: string;
  // biome-ignore lint/suspicious/noExplicitAny: templates are plain JSON of many shapes.
  readonly Properties: any;
  readonly DeletionPolicy?: string;
  readonly UpdateReplacePolicy?: string;
  readonly DependsOn?: string[];
}

const base = mkdtempSync(join(tmpdir(), 'nbwss-infra-'));
afterAll(() => rmSync(base, { recursive: true, force: true }));

/** A folder for an assembly, gone after the tests of the file. */
export const outdir = (): string => mkdtempSync(join(base, 'cdk.out-'));

/** Synthesizes with the given configuration, without bundling: what the functions contain is tested elsewhere. */
export function synthesize(nbwss: Record<string, unknown> = {}) {
  const app = createApp({
    context: { nbwss, [BUNDLING_STACKS]: [] },
    outdir: outdir(),
  });
  const endpoint = addStacks(app, new Map());
  const templates = {
    data: Template.fromStack(endpoint.data),
    service: Template.fromStack(endpoint.service),
    monitoring: Template.fromStack(endpoint.monitoring),
  };
  return { ...endpoint, templates };
}

/** The resources of a type, by the name of their construct: logical ids without the CDK's hash. */
export function resources(template: Template, type: string): Record<string, Resource> {
  const found = template.findResources(type) as Record<string, Resource>;
  return Object.fromEntries(Object.entries(found).map(([id, resource]) => [plain(id), resource]));
}

/** The only resource of a type. */
export function only(template: Template, type: string): Resource {
  const found = Object.values(resources(template, type));
  expect(found).toHaveLength(1);
  return found[0] as Resource;
}

/** `Journal1A2B3C4D` -> `Journal` */
export const plain = (logicalId: string): string => logicalId.replace(/[0-9A-F]{8}$/, '');
