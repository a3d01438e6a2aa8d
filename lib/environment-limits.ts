/** Settings that are variables of the function `command` share its environment: Lambda allows 4 KB. */
import type { z } from 'zod';
import { type OidcSettings, oidcVariable } from './oidc-settings.ts';

/** Bytes of these settings together. */
const MAX_OF_COMMAND = 2130;

interface Shared {
  readonly caCertificate?: string | undefined;
  readonly injectPaths: readonly string[];
  readonly httpAllowedCidrs: readonly string[];
  readonly oidc?: OidcSettings | undefined;
}

/** Of the settings that `api` and `command` both have. */
export const sharedBytes = ({ httpAllowedCidrs, oidc }: Pick<Shared, 'httpAllowedCidrs' | 'oidc'>): number =>
  httpAllowedCidrs.join().length + Buffer.byteLength(oidcVariable(oidc) ?? '');

export function environmentProblems(config: Shared): z.core.$ZodRawIssue[] {
  const { caCertificate = '', injectPaths } = config;
  if (caCertificate.length + injectPaths.join().length + sharedBytes(config) <= MAX_OF_COMMAND) return [];
  const message = `must have ${MAX_OF_COMMAND} characters at most together with caCertificate, httpAllowedCidrs and oidc`;
  return [{ code: 'custom', path: ['injectPaths'], message, input: injectPaths }];
}
