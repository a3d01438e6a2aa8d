/** Settings that are variables of one function share its environment: Lambda allows 4 KB. */
import type { z } from 'zod';
import { type OidcSettings, oidcVariable } from './oidc-settings.ts';

/** Of all rules as JSON. */
export const MAX_VERDICTS = 1700;
/** Bytes of the settings together, in the functions `command` and `api`. */
const MAX_OF_COMMAND = 2130;
const MAX_OF_API = MAX_VERDICTS;

interface Shared {
  readonly caCertificate?: string | undefined;
  readonly injectPaths: readonly string[];
  readonly httpAllowedCidrs: readonly string[];
  readonly verdicts: readonly unknown[];
  readonly oidc?: OidcSettings | undefined;
}

export function environmentProblems(config: Shared): z.core.$ZodRawIssue[] {
  const { caCertificate = '', injectPaths, httpAllowedCidrs, verdicts, oidc } = config;
  const shared = httpAllowedCidrs.join().length + Buffer.byteLength(oidcVariable(oidc) ?? '');
  const ofApi = (verdicts.length === 0 ? 0 : JSON.stringify(verdicts).length) + shared;
  const problems: z.core.$ZodRawIssue[] = [];
  if (caCertificate.length + injectPaths.join().length + shared > MAX_OF_COMMAND) {
    const message = `must have ${MAX_OF_COMMAND} characters at most together with caCertificate, httpAllowedCidrs and oidc`;
    problems.push({ code: 'custom', path: ['injectPaths'], message, input: injectPaths });
  }
  if (verdicts.length > 0 && ofApi > MAX_OF_API) {
    const message = `must have ${MAX_OF_API} characters at most together with httpAllowedCidrs and oidc`;
    problems.push({ code: 'custom', path: ['verdicts'], message, input: verdicts });
  }
  return problems;
}
