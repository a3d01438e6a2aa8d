import { omitUndefined } from '../omit-undefined.ts';
import { pause } from './endpoint-under-test.ts';
import { type Call, type CallResult, type Operator, OperatorError } from './operator.ts';

const POLL_MS = 200;
const OPEN_STATES = ['queued', 'sent'];

/** The operator of an nbwss-endpoint, over its HTTP API. The key needs the scopes admin, command and read. */
export class ApiOperator implements Operator {
  readonly #group: string;
  readonly #key: string;

  /** @param apiUrl the deployment's API, without `/v1` */
  constructor(apiUrl: string, apiKey: string, groupId: string) {
    this.#group = `${apiUrl.replace(/\/+$/, '')}/v1/groups/${encodeURIComponent(groupId)}`;
    this.#key = apiKey;
  }

  async submit({ method, uri, headers = {}, parameters }: Call): Promise<string> {
    const body = { method, uri, headers, ...omitUndefined({ parameters }) };
    const { commandId } = (await this.#call('POST', '/commands', body)) as { commandId: string };
    return commandId;
  }

  async result(commandId: string, timeoutMs: number): Promise<CallResult> {
    const deadline = Date.now() + timeoutMs;
    for (;;) {
      const { state, response } = (await this.#call('GET', `/commands/${commandId}`)) as {
        state: string;
        response?: Omit<CallResult, 'state'>;
      };
      if (!OPEN_STATES.includes(state) || Date.now() >= deadline) return { state, ...response };
      await pause(POLL_MS);
    }
  }

  async disconnect(): Promise<void> {
    await this.#call('DELETE', '/connection');
  }

  async hasJob(jobId: number, timeoutMs: number): Promise<boolean> {
    const deadline = Date.now() + timeoutMs;
    for (;;) {
      try {
        await this.#call('GET', `/jobs/${jobId}`);
        return true;
      } catch (error) {
        if (!(error instanceof OperatorError) || error.status !== 404) throw error;
        if (Date.now() >= deadline) return false;
      }
      await pause(POLL_MS);
    }
  }

  async #call(method: string, path: string, body?: unknown): Promise<unknown> {
    let response: Response;
    let text: string;
    try {
      response = await fetch(`${this.#group}${path}`, {
        method,
        headers: {
          'x-api-key': this.#key,
          ...(body !== undefined && { 'content-type': 'application/json' }),
        },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
      text = await response.text();
    } catch (error) {
      throw new OperatorError(0, `${method} ${path}: ${(error as Error).message}`);
    }
    if (!response.ok)
      throw new OperatorError(response.status, `${method} ${path}: ${response.status} ${text}`);
    return text === '' ? undefined : JSON.parse(text);
  }
}
