import { once } from 'node:events';
import { Agent, createServer, type IncomingHttpHeaders, request } from 'node:http';
import { createHttpApi } from '../../../local/http-api/http-api.ts';
import type { FunctionSpec, HttpApiSpec } from '../../../local/types.ts';
import { ManualClock } from '../../support/clocks.ts';
import { FUNCTION, listen, startFunctions } from './support.ts';

export const routesOf = (...routeKeys: string[]) =>
  routeKeys.map((routeKey) => ({ routeKey, functionArn: FUNCTION }));

export interface Answer {
  readonly status: number | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** An HTTP API on a free port of the loopback, its functions, and a clock that stands still. */
export class HttpApiRig {
  readonly clock = new ManualClock();
  readonly agent = new Agent({ keepAlive: true });
  functions = startFunctions(this.clock, []);
  http = createHttpApi({ logicalId: 'Api', apiId: '', stageName: '$default', routes: [] }, this.#parts());
  server = createServer();
  port = 0;

  async start(spec: Partial<HttpApiSpec> = {}, specs?: readonly FunctionSpec[]): Promise<void> {
    this.functions = startFunctions(this.clock, specs);
    const base = { logicalId: 'Api', apiId: 'h1h2h3h4h5', stageName: '$default' };
    this.http = createHttpApi({ ...base, routes: routesOf('$default'), ...spec }, this.#parts());
    this.server = createServer((req, res) => this.http.handle(req, res));
    this.port = await listen(this.server);
  }

  async stop(): Promise<void> {
    this.http.stop();
    await this.functions.lambda.stop();
    this.agent.destroy();
    this.server.close();
  }

  /** One request with its path as it is written: `fetch` would tidy it up. */
  async send(
    method: string,
    path: string,
    headers: Record<string, string | string[]> = {},
    body?: string | Buffer,
  ): Promise<Answer> {
    const { port, agent } = this;
    const req = request({ host: '127.0.0.1', port, method, path, headers, agent });
    req.end(body);
    const [response] = await once(req, 'response');
    const chunks: Buffer[] = [];
    for await (const chunk of response) chunks.push(chunk);
    const text = Buffer.concat(chunks).toString();
    return { status: response.statusCode, headers: response.headers, body: text };
  }

  async eventOf(...args: Parameters<HttpApiRig['send']>): Promise<Record<string, unknown>> {
    await this.send(...args);
    return this.functions.events.next();
  }

  #parts() {
    const { lambda, log } = this.functions;
    return { lambda, clock: this.clock, log: (entry: (typeof log)[number]) => log.push(entry) };
  }
}
