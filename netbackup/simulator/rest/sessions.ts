import { createHash } from 'node:crypto';
import type { Call, Reply, RestContext, RestUser, Route } from './context.ts';
import { badRequest, notFound, unauthorized } from './errors.ts';
import { jsonBody, requiredObject, requiredText } from './request-body.ts';

interface Session {
  readonly user: RestUser;
  readonly expiresAt: number;
  lastUsed: number;
  /** True between the two steps of a login with MFA: good for nothing but the second. */
  readonly isHalf: boolean;
}

interface ApiKey {
  readonly tag: string;
  readonly user: RestUser;
  readonly expiresAt: number;
  readonly description: string;
}

const VALIDITY_S = 86_400;
/** Idle sessions end after 10 minutes. */
const IDLE_MS = 10 * 60_000;
const MFA_DOMAIN = 'vrts.mfa.totp';
const DAY_MS = 86_400_000;

/** Logins, tokens and API keys of the simulated primary. */
export class Sessions {
  readonly #context: RestContext;
  readonly #sessions = new Map<string, Session>();
  readonly #keys = new Map<string, ApiKey>();

  constructor(context: RestContext) {
    this.#context = context;
  }

  /** Who an Authorization header is: a bare JSON Web Token or an API key, no `Bearer` (CMD-3). Throws a 401. */
  authenticate(credential: string): RestUser {
    const now = this.#context.clock.now();
    const key = this.#keys.get(credential);
    if (key && key.expiresAt > now) return key.user;
    const session = this.#session(credential);
    if (!session || session.isHalf) throw unauthorized();
    session.lastUsed = now;
    return session.user;
  }

  /** Makes an API key without a call, for tests and the command line. Returns the key itself. */
  createApiKey(userName: string, days = 365): { key: string; tag: string } {
    const user = this.#user(userName);
    if (!user) throw notFound();
    const { random, clock } = this.#context;
    const tag = random.hex(32);
    const key = `A${random.hex(60)}`;
    const expiresAt = clock.now() + days * DAY_MS;
    this.#keys.set(key, { tag, user, expiresAt, description: '' });
    return { key, tag };
  }

  routes(): Route[] {
    return [
      { method: 'POST', path: '/login', isOpen: true, handle: (call) => this.#login(call) },
      { method: 'POST', path: '/logout', handle: (call) => this.#logout(call) },
      { method: 'POST', path: '/security/api-keys', isChange: true, handle: (call) => this.#postKey(call) },
      { method: 'GET', path: '/security/api-keys/{tag}', handle: (call) => this.#getKey(call) },
      {
        method: 'DELETE',
        path: '/security/api-keys/{tag}',
        isChange: true,
        handle: (call) => this.#deleteKey(call),
      },
    ];
  }

  #session(token: string): Session | undefined {
    const session = this.#sessions.get(token);
    const now = this.#context.clock.now();
    if (!session) return undefined;
    if (session.expiresAt > now && session.lastUsed + IDLE_MS > now) return session;
    this.#sessions.delete(token);
    return undefined;
  }

  #user(userName: string): RestUser | undefined {
    return this.#context.users.find((user) => user.userName === userName);
  }

  #login(call: Call): Reply {
    const body = jsonBody(call.body);
    const password = requiredText(body, 'password');
    const user = this.#user(requiredText(body, 'userName'));
    if (body['domainName'] === MFA_DOMAIN) {
      const half = this.#session(call.credential);
      if (!half?.isHalf || half.user.mfaCode !== password) throw unauthorized();
      this.#sessions.delete(call.credential);
      return { status: 201, json: this.#open(half.user, false) };
    }
    if (!user || user.password !== password) throw unauthorized();
    if (user.mfaCode !== undefined) return { status: 200, json: this.#open(user, true) };
    return { status: 201, json: this.#open(user, false) };
  }

  #open(user: RestUser, isHalf: boolean): Record<string, unknown> {
    const { clock } = this.#context;
    const now = clock.now();
    const token = this.#mint(user, now);
    this.#sessions.set(token, { user, isHalf, lastUsed: now, expiresAt: now + VALIDITY_S * 1000 });
    return { token, tokenType: isHalf ? 'MFA' : 'BEARER', validity: VALIDITY_S };
  }

  /** Looks like a JSON Web Token; only the primary that made it knows it. */
  #mint(user: RestUser, now: number): string {
    const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
    const iat = Math.floor(now / 1000);
    const claims = { iss: this.#context.primaryName, sub: user.userName, iat, exp: iat + VALIDITY_S };
    const salt = this.#context.random.hex(32);
    const head = `${encode({ typ: 'JWT', alg: 'RS256' })}.${encode({ ...claims, jti: salt })}`;
    return `${head}.${createHash('sha256').update(`${salt}${head}`).digest('base64url')}`;
  }

  #logout(call: Call): Reply {
    this.#sessions.delete(call.credential);
    return { status: 200 };
  }

  #postKey(call: Call): Reply {
    const attributes = requiredObject(requiredObject(jsonBody(call.body), 'data'), 'attributes');
    const userName = String(attributes['userName'] ?? call.user?.userName);
    const found = /^P(\d+)D$/.exec(String(attributes['expireAfterDays'] ?? 'P365D'));
    if (!found) throw badRequest('expireAfterDays is not valid.');
    const { key, tag } = this.createApiKey(userName, Number(found[1]));
    return {
      status: 201,
      json: { data: { type: 'apiKeyCreationResponse', id: tag, attributes: { apiKey: key } } },
    };
  }

  #findKey(tag: string | undefined): [string, ApiKey] {
    const found = [...this.#keys].find(([, key]) => key.tag === tag);
    if (!found) throw notFound();
    return found;
  }

  #getKey(call: Call): Reply {
    const [, { tag, user, expiresAt, description }] = this.#findKey(call.params['tag']);
    const attributes = {
      userName: user.userName,
      description,
      expirationDateTime: new Date(expiresAt).toISOString(),
    };
    return { status: 200, json: { data: { type: 'apiKeyDetails', id: tag, attributes } } };
  }

  #deleteKey(call: Call): Reply {
    this.#keys.delete(this.#findKey(call.params['tag'])[0]);
    return { status: 204 };
  }
}
