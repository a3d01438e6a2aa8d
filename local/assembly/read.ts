import { resolve } from 'node:path';
import { AssetManifestArtifact, CloudAssembly, UNKNOWN_ACCOUNT, UNKNOWN_REGION } from 'aws-cdk-lib/cx-api';
import { StartError } from '../errors.ts';

/** The part of a CloudFormation template that the local cloud reads. */
export interface Template {
  readonly Resources?: Record<string, { Type: string; Properties?: Record<string, unknown> }>;
  readonly Outputs?: Record<string, { Value: unknown; Export?: { Name: unknown } }>;
}

export interface Stack {
  readonly name: string;
  readonly region: string;
  readonly account: string;
  readonly template: Template;
  /** Object key in the asset bucket -> absolute path of the folder or file. */
  readonly assets: ReadonlyMap<string, string>;
  /** Tag of a container image -> its Dockerfile, absolute. */
  readonly images: ReadonlyMap<string, string>;
}

/** Other sections (conditions, mappings, transforms) would change the resources. */
const SECTIONS = ['Description', 'Outputs', 'Parameters', 'Resources', 'Rules'];

/**
 * Reads a synthesized CDK assembly (`cdk.out`): every stack of its manifest, with the assets.
 * An unknown Region or account becomes `us-east-1` and `000000000000`.
 */
export function readAssembly(directory: string): readonly Stack[] {
  try {
    return stacksOf(new CloudAssembly(directory));
  } catch (error) {
    throw new StartError(`The assembly in ${directory} cannot be run: ${(error as Error).message}`);
  }
}

function stacksOf(assembly: CloudAssembly): Stack[] {
  const [nested] = assembly.nestedAssemblies;
  if (nested) throw new Error(`it contains a nested assembly (${nested.id}); start that folder instead.`);
  const assets = new Map<string, string>();
  const images = new Map<string, string>();
  for (const { contents } of assembly.artifacts.filter(AssetManifestArtifact.isAssetManifestArtifact)) {
    for (const { source, destinations } of Object.values(contents.files ?? {})) {
      const path = resolve(assembly.directory, source.path ?? '');
      for (const { objectKey } of Object.values(destinations)) assets.set(objectKey, path);
    }
    for (const { source, destinations } of Object.values(contents.dockerImages ?? {})) {
      const path = resolve(assembly.directory, source.directory ?? '', source.dockerFile ?? 'Dockerfile');
      for (const { imageTag } of Object.values(destinations)) images.set(imageTag, path);
    }
  }
  return assembly.stacks.map(({ stackName: name, environment: { region, account }, template }) => {
    const unknown = Object.keys(template).find((section) => !SECTIONS.includes(section));
    if (unknown)
      throw new Error(`${name} has the section ${unknown}, which the local cloud does not support.`);
    return {
      name,
      region: region === UNKNOWN_REGION ? 'us-east-1' : region,
      account: account === UNKNOWN_ACCOUNT ? '000000000000' : account,
      template,
      assets,
      images,
    };
  });
}
