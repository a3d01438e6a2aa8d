import { isObject } from '../wire/codec.ts';
import type { Exchange, Received } from '../wire/peer.ts';

/** A violated clause, and the evidence. */
export interface ClauseViolation {
  readonly clause: string;
  readonly evidence: string;
}

/** Times in seconds stay below this for 3 000 years; times in milliseconds have been above it since 1973. */
const MAX_SECONDS = 100_000_000_000;

/**
 * The clauses that a received message violates; of several checks of the envelope the first, so that one mistake counts
 * once. Messages that NBWSS cannot decode violate ENV-5. Pure.
 */
export function checkMessage({ text, isBinary, phase }: Received): ClauseViolation[] {
  const shown = text.length > 120 ? `${text.slice(0, 120)}…` : text;
  const violation = (clause: string, what: string): ClauseViolation[] => [
    { clause, evidence: `${what}: ${shown}` },
  ];
  if (isBinary) return violation('ENV-1', 'a binary message');
  if (text === '') return violation('ENV-5', 'an empty message');
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return violation('ENV-5', 'not JSON');
  }
  if (!isObject(value)) return violation('ENV-1', 'JSON, but not one object');
  const kind = `${value['type']} ${value['subType']}`;
  const checkPayload = PAYLOADS[kind];
  if (!checkPayload) return violation('ENV-5', 'a message type that an endpoint does not send');
  const envelope = envelopeError(value);
  if (envelope !== undefined) return violation('ENV-2', envelope);
  const { payload } = value;
  const found: ClauseViolation[] = [];
  if (phase === 'opened') found.push(...violation('CON-1', 'received before CONNECT REQUEST'));
  if (phase === 'opened' || (phase === 'requested' && value['type'] !== 'CONNECT')) {
    found.push(...violation('CON-2', 'received before CONNECT RESPONSE'));
  } else if (phase === 'refused' && value['type'] !== 'CONNECT') {
    found.push(...violation('CON-3', 'received after the token was refused'));
  }
  const isArray = kind.startsWith('NOTIFICATION');
  if (isArray ? !Array.isArray(payload) : !isObject(payload)) {
    found.push(...violation('ENV-3', `payload is not an ${isArray ? 'array' : 'object'}`));
  }
  found.push(
    ...checkPayload(payload).map(({ clause, evidence }) => ({ clause, evidence: `${evidence}: ${shown}` })),
  );
  return found;
}

function envelopeError({ version, id, timeStamp }: Record<string, unknown>): string | undefined {
  if (version !== '1.0') return 'version is not "1.0"';
  if (typeof id !== 'string' || id === '') return 'id is not a string';
  if (typeof timeStamp !== 'number') return 'timeStamp is not a number';
  if (timeStamp <= 0 || timeStamp >= MAX_SECONDS) return 'timeStamp is not in seconds';
  return undefined;
}

const PAYLOADS: Readonly<Record<string, (payload: unknown) => ClauseViolation[]>> = {
  'CONNECT RESPONSE': (payload) =>
    isObject(payload) && typeof payload['valid'] !== 'boolean'
      ? [{ clause: 'CON-2', evidence: 'payload.valid is not a boolean' }]
      : [],
  'NOTIFICATION RESPONSE': (payload) =>
    Array.isArray(payload) && payload.length === 0
      ? []
      : [{ clause: 'NOT-3', evidence: 'payload is not []' }],
  'COMMAND REQUEST': (payload) => (isObject(payload) ? checkCommand(payload) : []),
};

const MEDIA_TYPE = /^application\/vnd\.netbackup\+[\w.-]+;\s*version=\d+\.\d+/i;

function checkCommand({ uri, method, headers, parameters }: Record<string, unknown>): ClauseViolation[] {
  const found: ClauseViolation[] = [];
  const violation = (clause: string, evidence: string): void => void found.push({ clause, evidence });
  if (typeof uri !== 'string' || !uri.startsWith('/')) violation('CMD-2', 'uri is not a path');
  if (typeof method !== 'string' || !/^[A-Z]+$/.test(method))
    violation('CMD-2', 'method is not an HTTP method');
  if (parameters !== undefined && typeof parameters !== 'string')
    violation('CMD-2', 'parameters is not a string');
  if (!isObject(headers) || Object.values(headers).some((value) => typeof value !== 'string')) {
    violation('CMD-2', 'headers is not an object of strings');
    return found;
  }
  const header = (name: string): string =>
    String(Object.entries(headers).find(([key]) => key.toLowerCase() === name)?.[1] ?? '');
  if (!MEDIA_TYPE.test(header('content-type')))
    violation('CMD-3', 'Content-Type is not a NetBackup media type');
  if (/^bearer /i.test(header('authorization'))) violation('CMD-3', 'Authorization with "Bearer"');
  return found;
}

/** ENV-4 for one request. The check that sent it decides about a missing response. Pure. */
export function checkExchange({ request, responses }: Exchange): ClauseViolation[] {
  const what = `${request.type} REQUEST ${JSON.stringify(request.id)}`;
  const other = responses.find(({ id }) => id !== request.id);
  if (other) return [{ clause: 'ENV-4', evidence: `${what} was answered as ${JSON.stringify(other.id)}` }];
  return responses.length > 1
    ? [{ clause: 'ENV-4', evidence: `${what} was answered ${responses.length} times` }]
    : [];
}
