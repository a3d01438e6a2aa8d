import { StartError } from '../errors.ts';
import type { Resolver } from './intrinsics.ts';

/** A custom domain of an API. `path`: the first part of the paths that lead to the stage; empty: all paths do. */
export interface CustomDomain {
  readonly name: string;
  /** The id of the API. */
  readonly apiId: string;
  readonly path: string;
}

interface MappingProperties {
  readonly ApiId: string;
  readonly DomainName: string;
  readonly ApiMappingKey?: string;
}

/** The custom domains of an assembly. Their certificates are ignored: the local cloud has its own. */
export function customDomains(resolver: Resolver): CustomDomain[] {
  const mappings = resolver.all<MappingProperties>('AWS::ApiGatewayV2::ApiMapping');
  return resolver.all<{ DomainName: string }>('AWS::ApiGatewayV2::DomainName').map(({ logicalId, ref }) => {
    const [mapping, ...others] = mappings.filter(({ properties }) => properties.DomainName === ref);
    if (!mapping || others.length > 0)
      throw new StartError(
        `${logicalId} has no API mapping or several; the local cloud supports exactly one.`,
      );
    const { ApiId: apiId, ApiMappingKey: path = '' } = mapping.properties;
    return { name: ref.toLowerCase(), apiId, path };
  });
}
