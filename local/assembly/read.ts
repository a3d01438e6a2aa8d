import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { StartError } from '../errors.ts';

export interface TemplateResource {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
  readonly Condition?: string;
}

export interface TemplateOutput {
  readonly Value: unknown;
  readonly Condition?: string;
  readonly Export?: { readonly Name: unknown };
}

/** A CloudFormation template, as far as the local cloud reads it. */
export interface Template {
  readonly Resources?: Readonly<Record<string, TemplateResource>>;
  readonly Outputs?: Readonly<Record<string, TemplateOutput>>;
  readonly Parameters?: Readonly<Record<string, { readonly Type: string; readonly Default?: unknown }>>;
  readonly Conditions?: Readonly<Record<string, unknown>>;
  readonly Mappings?: Readonly<Record<string, Record<string, Record<string, unknown>>>>;
}

export interface Stack {
  readonly name: string;
  readonly region: string;
  readonly account: string;
  readonly template: Template;
  /** Object key in the asset bucket -> absolute path of the folder or file. */
  readonly assets: ReadonlyMap<string, string>;
}

interface Artifact {
  readonly type: string;
  readonly environment?: string;
  readonly properties?: {
    readonly templateFile?: string;
    readonly stackName?: string;
    readonly file?: string;
  };
}

interface AssetFile {
  readonly source: { readonly path?: string };
  readonly destinations: Readonly<Record<string, { readonly objectKey: string }>>;
}

const readJson = (file: string): unknown => {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new StartError(`${file} cannot be read: ${(error as Error).message}`);
  }
};

/**
 * Reads a synthesized CDK assembly (`cdk.out`): every stack of its manifest with the assets that it may name.
 * A Region or account that the assembly leaves open becomes `us-east-1` and `000000000000`.
 */
export function readAssembly(directory: string): readonly Stack[] {
  const root = resolve(directory);
  const manifestFile = join(root, 'manifest.json');
  if (!existsSync(manifestFile)) {
    throw new StartError(`There is no synthesized assembly in ${root}: run "cdk synth" first.`);
  }
  const manifest = readJson(manifestFile) as { artifacts?: Record<string, Artifact> };
  const artifacts = Object.entries(manifest.artifacts ?? {});
  const nested = artifacts.find(([, artifact]) => artifact.type === 'cdk:cloud-assembly');
  if (nested)
    throw new StartError(`The assembly holds a nested assembly (${nested[0]}); give its own folder.`);

  const assets = new Map<string, string>();
  for (const [, artifact] of artifacts) {
    if (artifact.type !== 'cdk:asset-manifest' || !artifact.properties?.file) continue;
    const listed = readJson(join(root, artifact.properties.file)) as { files?: Record<string, AssetFile> };
    for (const file of Object.values(listed.files ?? {})) {
      for (const destination of Object.values(file.destinations)) {
        if (file.source.path) assets.set(destination.objectKey, resolve(root, file.source.path));
      }
    }
  }
  return artifacts
    .filter(([, artifact]) => artifact.type === 'aws:cloudformation:stack')
    .map(([id, artifact]) => {
      const [account = '', region = ''] = (artifact.environment ?? '').replace('aws://', '').split('/');
      return {
        name: artifact.properties?.stackName ?? id,
        region: /^[a-z]+-[a-z]+-\d$/.test(region) ? region : 'us-east-1',
        account: /^\d{12}$/.test(account) ? account : '000000000000',
        template: readJson(
          join(root, artifact.properties?.templateFile ?? `${id}.template.json`),
        ) as Template,
        assets,
      };
    });
}
