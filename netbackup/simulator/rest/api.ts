import { omitUndefined } from '../../omit-undefined.ts';
import type { Call, Reply, RestContext, Route } from './context.ts';
import { forbidden, notFound, RestError } from './errors.ts';
import { parseUri } from './query.ts';
import { Sessions } from './sessions.ts';
import type { RestAnswer, RestBackend, RestRequest } from './types.ts';
import { negotiate } from './version.ts';

/** Prefix of all paths of the API. */
const ROOT = '/netbackup';

/** The REST API of the simulated primary: routing, API versions, credentials, and NetBackup's response format. */
export class RestApi implements RestBackend {
  readonly sessions: Sessions;
  readonly #context: RestContext;
  readonly #routes: readonly { route: Route; pattern: RegExp }[];

  constructor(context: RestContext, routes: readonly Route[]) {
    this.#context = context;
    this.sessions = new Sessions(context);
    this.#routes = [...this.sessions.routes(), ...routes].map((route) => ({
      route,
      pattern: new RegExp(`^${route.path.replaceAll(/\{(\w+)\}/g, '(?<$1>[^/]+)')}/?$`),
    }));
  }

  async call(request: RestRequest): Promise<RestAnswer> {
    const headers = new Map(Object.entries(request.headers).map(([k, v]) => [k.toLowerCase(), v]));
    let version = Number(this.#context.apiVersion);
    try {
      version = negotiate(headers, this.#context.apiVersion);
      return this.#answer(await this.#run(request, headers, version), version);
    } catch (error) {
      if (!(error instanceof RestError)) throw error;
      return this.#answer({ status: error.status, json: error.toBody(version) }, version);
    }
  }

  #run(request: RestRequest, headers: ReadonlyMap<string, string>, version: number): Reply | Promise<Reply> {
    const { path: fullPath, query } = parseUri(request.uri);
    const path = fullPath.slice(ROOT.length);
    const method = request.method.toUpperCase();
    const credential = headers.get('authorization') ?? '';
    const found = fullPath.startsWith(`${ROOT}/`) ? this.#find(method, path) : undefined;
    // NetBackup authenticates before it looks for the route.
    const user = found?.route.isOpen ? undefined : this.sessions.authenticate(credential);
    if (!found) throw notFound();
    if (found.route.isChange && user?.role !== 'administrator') throw forbidden();
    const call: Call = {
      method,
      path,
      params: found.params,
      query,
      headers,
      version,
      body: request.body,
      credential,
      ...omitUndefined({ user }),
    };
    return found.route.handle(call);
  }

  #find(method: string, path: string): { route: Route; params: Record<string, string> } | undefined {
    for (const { route, pattern } of this.#routes) {
      const match = route.method === method ? pattern.exec(path) : null;
      if (!match) continue;
      const params = Object.entries(match.groups ?? {}).map(([name, value]) => [name, decode(value)]);
      return { route, params: Object.fromEntries(params) };
    }
    return undefined;
  }

  /** Adds the headers of a primary; the date in `expires` is the guide's. */
  #answer({ status, json, text, headers }: Reply, version: number): RestAnswer {
    const body = text ?? (json === undefined ? '' : JSON.stringify(json));
    return {
      status,
      headers: {
        ...(body !== '' && {
          'content-type': `application/vnd.netbackup+json;version=${version.toFixed(1)}`,
          'transfer-encoding': 'chunked',
        }),
        'cache-control': 'private',
        date: new Date(this.#context.clock.now()).toUTCString(),
        expires: 'Wed, 31 Dec 1969 16:00:00 PST',
        server: 'Apache-Coyote/1.1',
        'x-netbackup-api-version': this.#context.apiVersion,
        ...headers,
      },
      body,
    };
  }
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
