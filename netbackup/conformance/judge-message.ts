import { isObject } from '../wire/codec.ts';
import type { Exchange, Received } from '../wire/peer.ts';

/** A clause that something breaks, and how. */
export interface Broken {
  readonly clause: string;
  readonly evidence: string;
}

/** Seconds stay below this for 3 000 years; milliseconds have been above it since 1973. */
const SECONDS_BELOW = 100_000_000_000;

/**
 * Which clause a message that came breaks: the first that applies, so that one mistake counts once. What NBWSS could not
 * decode at all is ENV-5's. Pure.
 */
export function judgeMessage({ text, isBinary, phase }: Received): Broken[] {
  const shown = text.length > 120 ? `${text.slice(0, 120)}…` : text;
  const broken = (clause: string, what: string): Broken[] => [{ clause, evidence: `${what}: ${shown}` }];
  if (isBinary) return broken('ENV-1', 'a binary message');
  if (text === '') return broken('ENV-5', 'an empty message');
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return broken('ENV-5', 'not JSON');
  }
  if (!isObject(value)) return broken('ENV-1', 'JSON, but not one object');
  const kind = `${value['type']} ${value['subType']}`;
  const judgePayload = PAYLOADS[kind];
  if (!judgePayload) return broken('ENV-5', 'no message that an endpoint sends');
  const envelope = envelopeTrouble(value);
  if (envelope !== undefined) return broken('ENV-2', envelope);
  const { payload } = value;
  const found: Broken[] = [];
  if (phase === 'opened') found.push(...broken('CON-1', 'it came before CONNECT REQUEST'));
  if (phase === 'opened' || (phase === 'asked' && value['type'] !== 'CONNECT')) {
    found.push(...broken('CON-2', 'it came before CONNECT RESPONSE'));
  } else if (phase === 'refused' && value['type'] !== 'CONNECT') {
    found.push(...broken('CON-3', 'it came after the token was refused'));
  }
  const isArray = kind.startsWith('NOTIFICATION');
  if (isArray ? !Array.isArray(payload) : !isObject(payload)) {
    found.push(...broken('ENV-3', `payload is not an ${isArray ? 'array' : 'object'}`));
  }
  found.push(
    ...judgePayload(payload).map(({ clause, evidence }) => ({ clause, evidence: `${evidence}: ${shown}` })),
  );
  return found;
}

function envelopeTrouble({ version, id, timeStamp }: Record<string, unknown>): string | undefined {
  if (version !== '1.0') return 'version is not "1.0"';
  if (typeof id !== 'string' || id === '') return 'id is not a string';
  if (typeof timeStamp !== 'number') return 'timeStamp is not a number';
  if (timeStamp <= 0 || timeStamp >= SECONDS_BELOW) return 'timeStamp is not in seconds';
  return undefined;
}

const PAYLOADS: Readonly<Record<string, (payload: unknown) => Broken[]>> = {
  'CONNECT RESPONSE': (payload) =>
    isObject(payload) && typeof payload['valid'] !== 'boolean'
      ? [{ clause: 'CON-2', evidence: 'payload.valid is not a boolean' }]
      : [],
  'NOTIFICATION RESPONSE': (payload) =>
    Array.isArray(payload) && payload.length === 0
      ? []
      : [{ clause: 'NOT-3', evidence: 'payload is not []' }],
  'COMMAND REQUEST': (payload) => (isObject(payload) ? judgeCommand(payload) : []),
};

const MEDIA_TYPE = /^application\/vnd\.netbackup\+[\w.-]+;\s*version=\d+\.\d+/i;

function judgeCommand({ uri, method, headers, parameters }: Record<string, unknown>): Broken[] {
  const found: Broken[] = [];
  const broken = (clause: string, evidence: string): void => void found.push({ clause, evidence });
  if (typeof uri !== 'string' || !uri.startsWith('/')) broken('CMD-2', 'uri is not a path');
  if (typeof method !== 'string' || !/^[A-Z]+$/.test(method)) broken('CMD-2', 'method is no HTTP method');
  if (parameters !== undefined && typeof parameters !== 'string')
    broken('CMD-2', 'parameters is not a string');
  if (!isObject(headers) || Object.values(headers).some((value) => typeof value !== 'string')) {
    broken('CMD-2', 'headers is not an object of strings');
    return found;
  }
  const header = (name: string): string =>
    String(Object.entries(headers).find(([key]) => key.toLowerCase() === name)?.[1] ?? '');
  if (!MEDIA_TYPE.test(header('content-type'))) broken('CMD-3', 'no NetBackup media type in Content-Type');
  if (/^bearer /i.test(header('authorization'))) broken('CMD-3', 'Authorization with "Bearer"');
  return found;
}

/** ENV-4, for one request. One that nobody answered is for the check that sent it to judge. Pure. */
export function judgeExchange({ request, responses }: Exchange): Broken[] {
  const what = `${request.type} REQUEST ${JSON.stringify(request.id)}`;
  const other = responses.find(({ id }) => id !== request.id);
  if (other) return [{ clause: 'ENV-4', evidence: `${what} was answered as ${JSON.stringify(other.id)}` }];
  return responses.length > 1
    ? [{ clause: 'ENV-4', evidence: `${what} was answered ${responses.length} times` }]
    : [];
}
