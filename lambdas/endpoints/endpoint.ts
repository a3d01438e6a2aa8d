import { findToken, type StoredToken } from './token.ts';

/** An endpoint as stored: what NetBackup was told, and which tokens it may present. Times are epoch ms. */
export interface Endpoint {
  readonly endpointId: string;
  readonly groupId: string;
  readonly priority: number;
  readonly hostName: string;
  readonly url: string;
  readonly enabled: boolean;
  readonly tokens: readonly StoredToken[];
  /** Raised by every change that decides who may connect: a CONNECT is admitted only under the version that it read. */
  readonly version: number;
  readonly createdAt: number;
}

/** The five fields of EPT-1, exactly. */
export interface EndpointDetails {
  readonly token: string;
  readonly priority: number;
  readonly groupId: string;
  readonly hostName: string;
  readonly url: string;
}

export const detailsOf = (endpoint: Endpoint, token: string): EndpointDetails => ({
  token,
  priority: endpoint.priority,
  groupId: endpoint.groupId,
  hostName: endpoint.hostName,
  url: endpoint.url,
});

export type Refusal = 'unknown-endpoint' | 'endpoint-disabled' | 'wrong-token' | 'expired-token';

/** Whether a token admits to this endpoint now (CON-2, CON-3). */
export const admits = (endpoint: Endpoint | undefined, token: string, now: number): Refusal | 'admitted' => {
  if (!endpoint) return 'unknown-endpoint';
  const stored = findToken(endpoint.tokens, token);
  if (!stored) return 'wrong-token';
  if (stored.expiresAt !== undefined && stored.expiresAt <= now) return 'expired-token';
  return endpoint.enabled ? 'admitted' : 'endpoint-disabled';
};
