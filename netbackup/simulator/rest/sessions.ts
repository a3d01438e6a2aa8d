import { createHash } from 'node:crypto';
import type { Call, Reply, RestContext, RestUser, Route } from './context.ts';
import { notFound, unauthorized } from './errors.ts';
import { jsonBody, requiredText } from './request-body.ts';

interface Session {
  readonly user: RestUser;
  readonly expiresAt: number;
  lastUsed: number;
  /** True after the first step of a login with MFA: valid only for the second step. */
  readonly isFirstStep: boolean;
}

/** Of every simulated primary. */
export const DEFAULT_USERS: readonly RestUser[] = [
  { userName: 'backupadmin', password: 'Simulated-1', role: 'administrator' },
  { userName: 'operator', password: 'Simulated-2', role: 'viewer' },
  { userName: 'mfaadmin', password: 'Simulated-3', role: 'administrator', mfaCode: '123456' },
];

const VALIDITY_S = 86_400;
/** Idle sessions end after 10 minutes. */
const IDLE_MS = 10 * 60_000;
const MFA_DOMAIN = 'vrts.mfa.totp';

/** Logins, tokens and API keys of the simulated primary. */
export class Sessions {
  readonly #context: RestContext;
  readonly #sessions = new Map<string, Session>();
  readonly #keys = new Map<string, RestUser>();

  constructor(context: RestContext) {
    this.#context = context;
  }

  /** The user of an Authorization header: a JSON Web Token or an API key, without `Bearer` (CMD-3). Throws a 401. */
  authenticate(credential: string): RestUser {
    const now = this.#context.clock.now();
    const keyUser = this.#keys.get(credential);
    if (keyUser) return keyUser;
    const session = this.#session(credential);
    if (!session || session.isFirstStep) throw unauthorized();
    session.lastUsed = now;
    return session.user;
  }

  /** Creates an API key. Throws a 404 for an unknown user. */
  createApiKey(userName: string): { key: string } {
    const user = this.#user(userName);
    if (!user) throw notFound();
    const key = `A${this.#context.random.hex(60)}`;
    this.#keys.set(key, user);
    return { key };
  }

  routes(): Route[] {
    return [
      { method: 'POST', path: '/login', isOpen: true, handle: (call) => this.#login(call) },
      { method: 'POST', path: '/logout', handle: (call) => this.#logout(call) },
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
    return DEFAULT_USERS.find((user) => user.userName === userName);
  }

  #login(call: Call): Reply {
    const body = jsonBody(call.body);
    const password = requiredText(body, 'password');
    const user = this.#user(requiredText(body, 'userName'));
    if (body['domainName'] === MFA_DOMAIN) {
      const firstStep = this.#session(call.credential);
      if (!firstStep?.isFirstStep || firstStep.user.mfaCode !== password) throw unauthorized();
      this.#sessions.delete(call.credential);
      return { status: 201, json: this.#createSession(firstStep.user, false) };
    }
    if (!user || user.password !== password) throw unauthorized();
    if (user.mfaCode !== undefined) return { status: 200, json: this.#createSession(user, true) };
    return { status: 201, json: this.#createSession(user, false) };
  }

  #createSession(user: RestUser, isFirstStep: boolean): Record<string, unknown> {
    const { clock } = this.#context;
    const now = clock.now();
    const token = this.#createToken(user, now);
    this.#sessions.set(token, { user, isFirstStep, lastUsed: now, expiresAt: now + VALIDITY_S * 1000 });
    return { token, tokenType: isFirstStep ? 'MFA' : 'BEARER', validity: VALIDITY_S };
  }

  /** A string in the format of a JSON Web Token. */
  #createToken(user: RestUser, now: number): string {
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
}
