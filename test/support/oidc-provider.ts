/** A real OpenID Connect provider on loopback: see oidc-provider.mjs. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

export const AUDIENCE = 'https://nbwss.example.com';
export const OTHER_AUDIENCE = 'https://other.example.com';

export interface OidcProvider {
  readonly issuer: string;
  /** An access token of a client, as a signed JWT. */
  token(clientId: 'alice' | 'carol' | 'eve' | 'oscar', resource?: string): Promise<string>;
  /** Who signs in next; `nobody` cancels. */
  setPerson(person: 'alice' | 'carol' | 'eve' | 'oscar' | 'nobody'): Promise<void>;
  /** Where its client `console` is sent back to. It also replaces its signing key. */
  setRedirectUri(redirectUri: string): Promise<void>;
  publicKeys(): Promise<{ keys: { kid: string }[] }>;
  /** Replaces its signing key. */
  renewKey(): Promise<void>;
  /** Whether it breaks every connection. */
  setAway(away: boolean): Promise<void>;
  stop(): Promise<void>;
}

const told = async (child: ChildProcess, message: object): Promise<void> => {
  child.send(message);
  await once(child, 'message');
};

export const startOidcProvider = async (): Promise<OidcProvider> => {
  const child = fork(join(import.meta.dirname, 'oidc-provider.mjs'), [AUDIENCE, OTHER_AUDIENCE], {
    execArgv: [],
    // It warns of plain HTTP.
    silent: true,
  });
  const ended = once(child, 'exit');
  const started = await Promise.race([once(child, 'message'), ended.then(() => undefined)]);
  if (!started) throw new Error('The OpenID Connect provider did not start.');
  const [{ issuer }] = started as [{ issuer: string }];
  return {
    issuer,
    async token(clientId, resource = AUDIENCE) {
      const basic = Buffer.from(`${clientId}:secret-of-${clientId}`).toString('base64');
      const response = await fetch(`${issuer}/token`, {
        method: 'POST',
        headers: { authorization: `Basic ${basic}` },
        body: new URLSearchParams({ grant_type: 'client_credentials', resource }),
      });
      if (!response.ok) throw new Error(`No token: ${await response.text()}`);
      return ((await response.json()) as { access_token: string }).access_token;
    },
    setPerson: (person) => told(child, { person }),
    setRedirectUri: (redirectUri) => told(child, { redirectUri }),
    publicKeys: async () => (await fetch(`${issuer}/jwks`)).json() as Promise<{ keys: { kid: string }[] }>,
    renewKey: () => told(child, { renew: true }),
    setAway: (away) => told(child, { away }),
    async stop() {
      child.disconnect();
      await ended;
    },
  };
};
