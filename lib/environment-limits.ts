/** Settings that are variables of the function `command` share its environment: Lambda allows 4 KB. */
import type { z } from 'zod';
import { type OidcSettings, oidcVariable } from './oidc-settings.ts';
import { type GatewaySettings, relayOf, relayWebSocketUrl } from './relay-settings.ts';

/** The most bytes of these settings together. */
const MAX_OF_COMMAND = 2130;

/** The length of a URL that AWS assigns. */
const ASSIGNED_URL = 160;

interface Shared extends GatewaySettings {
  readonly stageName: string;
  readonly caCertificate?: string | undefined;
  readonly injectPaths: readonly string[];
  readonly httpAllowedCidrs: readonly string[];
  readonly oidc?: OidcSettings | undefined;
}

/** S3 allows 63 characters. */
const BUCKET = 'LARGE_RESPONSES_BUCKET'.length + 63;

/** The length of the relay's variables: LARGE_RESPONSES_BUCKET, RELAY_URL and RELAY_WEBSOCKET_URL, or a longer WEBSOCKET_URL. */
const relayBytes = (config: GatewaySettings & { readonly stageName: string }): number => {
  const relay = relayOf(config);
  if (!relay) return 0;
  const url = relayWebSocketUrl(relay, config.stageName).length;
  const urls =
    config.gateway === 'both'
      ? 'RELAY_URL'.length + ASSIGNED_URL + 'RELAY_WEBSOCKET_URL'.length + url
      : Math.max(0, url - ASSIGNED_URL);
  return BUCKET + urls;
};

/** The bytes of the settings that are variables of several functions. */
export const sharedBytes = (config: Omit<Shared, 'caCertificate' | 'injectPaths'>): number =>
  config.httpAllowedCidrs.join().length +
  Buffer.byteLength(oidcVariable(config.oidc) ?? '') +
  relayBytes(config);

export function environmentProblems(config: Shared): z.core.$ZodRawIssue[] {
  const { caCertificate = '', injectPaths } = config;
  if (caCertificate.length + injectPaths.join().length + sharedBytes(config) <= MAX_OF_COMMAND) return [];
  const message = `must have ${MAX_OF_COMMAND} characters at most together with caCertificate, httpAllowedCidrs, oidc and relay`;
  return [{ code: 'custom', path: ['injectPaths'], message, input: injectPaths }];
}
