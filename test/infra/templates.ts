import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** A resource as it is written in a template. */
export interface Resource {
  readonly Type: string;
  // biome-ignore lint/suspicious/noExplicitAny: templates are plain JSON of many shapes.
  readonly Properties: any;
  readonly DeletionPolicy?: string;
  readonly UpdateReplacePolicy?: string;
  readonly DependsOn?: string[];
}
export interface Template {
  readonly Resources: Readonly<Record<string, Resource>>;
  // biome-ignore lint/suspicious/noExplicitAny: template JSON
  readonly Outputs?: Readonly<Record<string, any>>;
}

/**
 * The assembly that the global set-up synthesized, with the default configuration for an account with 1 000 concurrent
 * executions: these tests load no CDK.
 */
export const ASSEMBLY = resolve('.local/test/cdk.out');
const read = (stack: string): Template =>
  JSON.parse(readFileSync(join(ASSEMBLY, `${stack}.template.json`), 'utf8'));
export const templates = {
  data: read('NbwssData'),
  service: read('NbwssService'),
  monitoring: read('NbwssMonitoring'),
};

/** The resources of a type, by the name of their construct: logical ids without the CDK's hash. */
export const resources = (template: Template, type: string): Record<string, Resource> =>
  Object.fromEntries(
    Object.entries(template.Resources).flatMap(([id, resource]) =>
      resource.Type === type ? [[plain(id), resource]] : [],
    ),
  );

/** The only resource of a type. */
export function only(template: Template, type: string): Resource {
  const found = Object.values(resources(template, type));
  expect(found).toHaveLength(1);
  return found[0] as Resource;
}

/** `Journal1A2B3C4D` -> `Journal` */
export const plain = (logicalId: string): string => logicalId.replace(/[0-9A-F]{8}$/, '');
