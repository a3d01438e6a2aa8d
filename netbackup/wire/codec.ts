/**
 * NetBackup's encoder and decoder of NBWSS messages (ENV-1 to ENV-6). It shares no code with the endpoint's codec, so
 * that a mistake in one is detected by the other.
 */

export type MessageType = 'CONNECT' | 'COMMAND' | 'NOTIFICATION';
export type MessageSubType = 'REQUEST' | 'RESPONSE';

/** One message (ENV-2). `timeStamp` is in UNIX epoch seconds. */
export interface Message {
  readonly version: string;
  readonly id: string;
  readonly type: MessageType;
  readonly subType: MessageSubType;
  readonly timeStamp: number;
  readonly payload: unknown;
}

/** All notifications of one kind in a message (NOT-1). */
export interface NotificationKind {
  readonly notificationType: string;
  readonly object: string;
  readonly data: readonly Readonly<Record<string, unknown>>[];
}

/** COMMAND REQUEST's payload (CMD-2). `parameters` is the request body as text. */
export interface CommandRequest {
  readonly uri: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly parameters?: string;
}

/** COMMAND RESPONSE's payload (CMD-4). */
export interface CommandResponse {
  readonly headers: Readonly<Record<string, string>>;
  readonly responseCode: number;
  readonly body: string;
}

/** A message that NBWSS cannot decode; by default it then closes the connection (ENV-5, PRP-1). */
export class UndecodableError extends Error {
  override readonly name = 'UndecodableError';
}

/** The text of a message, with its fields in the guide's order. */
export function encode(message: Message): string {
  const { version, id, type, subType, timeStamp, payload } = message;
  return JSON.stringify({ version, id, type, subType, timeStamp, payload });
}

const TYPES: readonly unknown[] = ['CONNECT', 'COMMAND', 'NOTIFICATION'];
const SUB_TYPES: readonly unknown[] = ['REQUEST', 'RESPONSE'];

/** Decodes one incoming message. Throws {@link UndecodableError} with the reason (ENV-1 to ENV-3). */
export function decode(data: string | Buffer, isBinary = false): Message {
  if (isBinary) throw new UndecodableError('a binary message');
  const text = data.toString();
  if (text === '') throw new UndecodableError('an empty message');
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new UndecodableError('not JSON');
  }
  if (!isObject(value)) throw new UndecodableError('JSON, but not an object');
  const { version, id, type, subType, timeStamp, payload } = value;
  if (typeof version !== 'string') throw new UndecodableError('version is not a string');
  // A response repeats the id of its request, whatever that is (ENV-4).
  if (id === undefined || id === '' || (typeof id !== 'string' && subType !== 'RESPONSE'))
    throw new UndecodableError('id is not a string');
  if (!TYPES.includes(type)) throw new UndecodableError('unknown type');
  if (!SUB_TYPES.includes(subType)) throw new UndecodableError('unknown subType');
  if (typeof timeStamp !== 'number' || !Number.isFinite(timeStamp)) {
    throw new UndecodableError('timeStamp is not a number');
  }
  if (type === 'NOTIFICATION' ? !Array.isArray(payload) : !isObject(payload)) {
    throw new UndecodableError(`payload is not an ${type === 'NOTIFICATION' ? 'array' : 'object'}`);
  }
  const message = value as unknown as Message;
  if (type === 'COMMAND' && subType === 'REQUEST') checkCommand(payload as Record<string, unknown>);
  if (type === 'CONNECT' && subType === 'RESPONSE') checkConnectResponse(payload as Record<string, unknown>);
  return message;
}

function checkConnectResponse(payload: Record<string, unknown>): void {
  if (typeof payload['valid'] !== 'boolean') throw new UndecodableError('payload.valid is not a boolean');
}

function checkCommand({ uri, method, headers, parameters }: Record<string, unknown>): void {
  if (typeof uri !== 'string') throw new UndecodableError('payload.uri is not a string');
  if (typeof method !== 'string') throw new UndecodableError('payload.method is not a string');
  if (!isObject(headers)) throw new UndecodableError('payload.headers is not an object');
  for (const [name, value] of Object.entries(headers)) {
    if (typeof value !== 'string') throw new UndecodableError(`header ${name} is not a string`);
  }
  if (parameters !== undefined && typeof parameters !== 'string') {
    throw new UndecodableError('payload.parameters is not a string');
  }
}

/** True for a JSON object, false for an array or null. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
