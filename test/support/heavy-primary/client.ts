/** A client that calls NetBackup's API through the proxy; each response is compared with the primary's own. */
import type { Deployment, HttpAnswer } from '../deployment.ts';
import { differences } from './compare.ts';
import type { HeavyDomain } from './domain.ts';

/** Paths are below `/netbackup`, as clients write them. */
export interface Client {
  get(path: string, version?: string): Promise<HttpAnswer>;
  post(path: string, body: object): Promise<HttpAnswer>;
  /** The same for a link of a response. */
  follow(href: string): Promise<HttpAnswer>;
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

export class ProxiedClient implements Client {
  readonly #deployment: Deployment;
  readonly #domain: HeavyDomain;
  /** Differences from the primary's own responses. */
  readonly wrong: string[] = [];
  requests = 0;
  /** How often it got 429. */
  refused = 0;

  constructor(deployment: Deployment, domain: HeavyDomain) {
    this.#deployment = deployment;
    this.#domain = domain;
  }

  async get(path: string, version = '14.0'): Promise<HttpAnswer> {
    const headers = { accept: `application/vnd.netbackup+json;version=${version}` };
    const answer = await this.#call('GET', path, { headers });
    const own = this.#domain.heavy.own({ method: 'GET', uri: `/netbackup${path}`, headers });
    const isWhole = /page(\[|%5B)disable(\]|%5D)=true/i.test(path);
    for (const why of differences(answer, own, this.#domain.base, isWhole))
      this.wrong.push(`GET ${path}: ${why}`);
    return answer;
  }

  async post(path: string, body: object): Promise<HttpAnswer> {
    const answer = await this.#call('POST', path, { body });
    if (answer.status >= 300) this.wrong.push(`POST ${path}: ${answer.status} ${answer.text.slice(0, 300)}`);
    return answer;
  }

  follow(href: string): Promise<HttpAnswer> {
    const before = `${this.#domain.base}/netbackup`;
    if (href.startsWith(before)) return this.get(href.slice(before.length));
    throw new Error(`The link is not one of the proxy: ${href}`);
  }

  /** Repeats a request after Retry-After while all waiting slots are taken, as clients do. */
  async #call(
    method: string,
    path: string,
    options: { readonly body?: unknown; readonly headers?: Record<string, string> },
  ): Promise<HttpAnswer> {
    for (;;) {
      this.requests++;
      const uri = `/v1/groups/${this.#domain.groupId}/netbackup${path}`;
      const answer = await this.#deployment.http(method, uri, options);
      if (answer.status !== 429) return answer;
      this.refused++;
      await pause(Number(answer.headers.get('retry-after') ?? 1) * 1000);
    }
  }
}
