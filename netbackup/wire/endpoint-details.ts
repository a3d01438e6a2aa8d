import { readFile } from 'node:fs/promises';
import { isObject } from './codec.ts';

/** The data that a NetBackup administrator receives (EPT-1). A lower number is a higher `priority`. */
export interface EndpointDetails {
  readonly token: string;
  readonly priority: number;
  readonly groupId: string;
  readonly hostName: string;
  readonly url: string;
}

/** Details that NetBackup would refuse; `errId` is the contract's id of its message to the administrator. */
export class DetailsError extends Error {
  override readonly name = 'DetailsError';
  readonly errId: string;

  constructor(errId: string, message: string) {
    super(message);
    this.errId = errId;
  }
}

const TEXT_FIELDS = ['token', 'groupId', 'hostName', 'url'] as const;

/** Reads the five fields from a parsed value (EPT-1, EPT-3). Throws {@link DetailsError} (ERR-1, ERR-2). */
export function toDetails(value: unknown): EndpointDetails {
  if (!isObject(value)) {
    throw new DetailsError('ERR-1', 'JSON contents not valid: the details are not one JSON object (EPT-2)');
  }
  for (const field of TEXT_FIELDS) {
    const text = value[field];
    if (typeof text !== 'string' || text === '') {
      throw new DetailsError('ERR-1', `JSON contents not valid: ${field} is empty or not a string (EPT-1)`);
    }
    if (text.includes("'")) {
      throw new DetailsError('ERR-1', `JSON contents not valid: an apostrophe in ${field} (EPT-3)`);
    }
  }
  if (typeof value['priority'] !== 'number' || !Number.isInteger(value['priority'])) {
    throw new DetailsError('ERR-1', 'JSON contents not valid: priority is not a whole number (EPT-1)');
  }
  const { token, priority, groupId, hostName, url } = value as unknown as EndpointDetails;
  checkUrl(url);
  return { token, priority, groupId, hostName, url };
}

/** Only `wss://host[:port]/uri` is valid (EPT-3). */
function checkUrl(url: string): void {
  let parsed: URL;
  try {
    parsed = new URL(url);
  } catch {
    throw new DetailsError('ERR-2', `Malformed URL: ${url}`);
  }
  if (parsed.protocol !== 'wss:') {
    throw new DetailsError(
      'ERR-2',
      `Invalid websocket protocol. Only wss protocol supported: ${url} (EPT-3)`,
    );
  }
}

/** Reads details from JSON text. Throws {@link DetailsError}. */
export function parseDetails(text: string): EndpointDetails {
  if (text.trim() === '') throw new DetailsError('ERR-1', 'JSON contents not valid: the text is empty');
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new DetailsError('ERR-1', `JSON contents not valid: ${(error as Error).message} (TRAP-4)`);
  }
  return toDetails(value);
}

/** Reads a details file (EPT-2). Throws {@link DetailsError} that names the file. */
export async function readDetailsFile(path: string): Promise<EndpointDetails> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    const why = code === 'ENOENT' ? 'the file does not exist' : `cannot read the file (${code})`;
    throw new DetailsError('ERR-1', `${path}: ${why}`);
  }
  try {
    return parseDetails(text);
  } catch (error) {
    if (error instanceof DetailsError) throw new DetailsError(error.errId, `${path}: ${error.message}`);
    throw error;
  }
}
