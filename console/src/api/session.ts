/** Who is signed in. The session itself is a cookie that scripts cannot read. */
import { effect, signal } from '@preact/signals';
import { hasScope, type Scope } from '../../../lambdas/http/rights.ts';
import { API_URL } from '../urls.ts';
import { CONSOLE_HEADERS } from './client.ts';
import { ApiFailure, failureOf } from './failure.ts';
import { endedSessions } from './session-ended.ts';

export interface Session {
  readonly sessionId: string;
  /** Of the API key; `oidc:` and the name of a person. */
  readonly keyId: string;
  /** A person, or the API key. */
  readonly name: string;
  readonly scopes: readonly Scope[];
  /** Ids; `*` means all. Empty with labels. */
  readonly groups: readonly string[];
  readonly labels?: Readonly<Record<string, string>>;
  readonly expiresAt: string;
}

/** `undefined` until it is known; `null` when nobody is signed in. */
export const session = signal<Session | null | undefined>(undefined);
/** Whether a session ended while the page was in use. */
export const hasExpired = signal(false);

effect(() => {
  if (endedSessions.value > 0 && session.peek()) {
    hasExpired.value = true;
    session.value = null;
  }
});

const call = async (method: string, body?: unknown): Promise<unknown> => {
  const response = await fetch(`${API_URL}/v1/session`, {
    method,
    headers: { ...CONSOLE_HEADERS, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  }).catch((error: unknown) => {
    throw new ApiFailure(undefined, 'no-response', String(error));
  });
  const json: unknown = await response.json().catch(() => undefined);
  if (!response.ok) throw failureOf(response.status, json);
  return json;
};

const isUnauthorized = (error: unknown): boolean => error instanceof ApiFailure && error.status === 401;

/** Reads the session of this browser. @throws ApiFailure when the API cannot be reached */
export const loadSession = async (): Promise<void> => {
  try {
    session.value = (await call('GET')) as Session;
  } catch (error) {
    if (!isUnauthorized(error)) throw error;
    session.value = null;
  }
};

/** @throws ApiFailure 401 when the key is not valid */
export const signIn = async (apiKey: string): Promise<void> => {
  session.value = (await call('POST', { apiKey })) as Session;
  hasExpired.value = false;
};

export const signOut = async (): Promise<void> => {
  try {
    await call('DELETE');
  } catch (error) {
    if (!isUnauthorized(error)) throw error;
  }
  session.value = null;
};

/** What a person may not do is not offered. */
export const can = (scope: Scope): boolean => hasScope({ scopes: session.value?.scopes ?? [] }, scope);
