/** A client's call, and the request to the API that it becomes. Pure. */
import { type Answer, problem } from './answer.ts';
import type { ApiRequest } from './api.ts';
import { commandHeaders } from './headers.ts';
import { survives } from './request-path.ts';

export interface Call {
  readonly groupId: string;
  readonly method: string;
  readonly uri: string;
  /** For NetBackup, names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  /** Tells which of two calls came first. */
  readonly order: number;
  /** The tunnel's address, as this client knows it. */
  readonly here: string;
}

export interface Credential {
  readonly apiKey: string;
  /** Whether clients without a credential of NetBackup's get the group's own. */
  readonly inject: boolean;
}

/** An answer can take minutes (222 s in the guide, CMD-4). As long as the proxy gives it. */
const EXECUTE_S = 300;
/** The longest that the API lets a request wait. */
const WAIT_S = 25;

export const groupPath = (groupId: string): string => `/v1/groups/${encodeURIComponent(groupId)}`;

export const apiKeyHeader = ({ apiKey }: Credential): Record<string, string> => ({ 'x-api-key': apiKey });

/** Through the proxy. With our key in `Authorization` it puts the group's own credential in its place. */
const proxied = (call: Call, credential: Credential): ApiRequest => {
  const { groupId, method, uri, headers, body } = call;
  const injects = credential.inject && headers['authorization'] === undefined;
  return {
    method,
    path: `${groupPath(groupId)}${uri}`,
    headers: {
      ...headers,
      ...(injects ? { authorization: `Bearer ${credential.apiKey}` } : apiKeyHeader(credential)),
    },
    body,
  };
};

const textOf = ({ headers, body }: Call): string | undefined => {
  if (!/^(identity)?$/i.test(headers['content-encoding'] ?? '')) return undefined;
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(body);
  } catch {
    return undefined;
  }
};

/** As a command, whose uri keeps every byte. */
const commanded = (call: Call, credential: Credential): ApiRequest | Answer => {
  const { groupId, method, uri, headers } = call;
  if (credential.inject && headers['authorization'] === undefined) {
    const detail =
      "A path with these characters can be sent with the client's own credential only: the group's is put in place for paths that API Gateway leaves as they are.";
    return problem(400, 'path-not-injectable', detail);
  }
  const text = textOf(call);
  if (text === undefined) {
    const detail =
      'Only uncompressed text (UTF-8) can travel to NetBackup: a COMMAND carries the body as a JSON string.';
    return problem(415, 'body-not-supported', detail);
  }
  const wanted = {
    method,
    uri,
    headers: commandHeaders(headers),
    ...(text === '' ? {} : { parameters: text }),
    deliverWithin: 0,
    executeWithin: EXECUTE_S,
  };
  return {
    method: 'POST',
    path: `${groupPath(groupId)}/commands`,
    headers: {
      ...apiKeyHeader(credential),
      'content-type': 'application/json',
      prefer: `wait=${WAIT_S}`,
    },
    body: Buffer.from(JSON.stringify(wanted)),
  };
};

export interface Wanted {
  readonly request: ApiRequest;
  /** Whether the API answers with the command instead of NetBackup's answer. */
  readonly asCommand: boolean;
}

/** What to ask the API, or why it cannot be asked. */
export const wantedOf = (call: Call, credential: Credential): Wanted | Answer => {
  if (survives(call.uri)) return { request: proxied(call, credential), asCommand: false };
  const request = commanded(call, credential);
  return 'status' in request ? request : { request, asCommand: true };
};
