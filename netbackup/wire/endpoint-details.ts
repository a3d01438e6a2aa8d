import { readFile } from 'node:fs/promises';
import { isObject } from './codec.ts';
import { type MessageKey, netBackupMessage } from './netbackup-messages.ts';

/** The data that a NetBackup administrator receives (EPT-1). A lower number is a higher `priority`. */
export interface EndpointDetails {
  readonly token: string;
  readonly priority: number;
  readonly groupId: string;
  readonly hostName: string;
  readonly url: string;
}

/** Details or an endpoint that NetBackup would refuse, with its message to the administrator (contract ERR). */
export class DetailsError extends Error {
  override readonly name = 'DetailsError';
  readonly key: MessageKey;
  readonly errId: string;
  readonly detail: string;

  /** The message is NetBackup's: in English, or in Japanese where no English is known. `host` is the host that it names. */
  constructor(key: MessageKey, detail = '', host?: string) {
    const { errId, english, japanese } = netBackupMessage(key, host);
    super([(english ?? japanese).replace(/:$/, ''), detail].filter(Boolean).join(': '));
    this.key = key;
    this.errId = errId;
    this.detail = detail;
  }
}

export const TEXT_FIELDS = ['token', 'groupId', 'hostName', 'url'] as const;

/** Reads the five fields from a parsed value (EPT-1, EPT-3). Throws {@link DetailsError} (ERR-1, ERR-2). */
export function toDetails(value: unknown): EndpointDetails {
  const notValid = (why: string): DetailsError => new DetailsError('contentsNotValid', why);
  if (!isObject(value)) throw notValid('the details are not one JSON object (EPT-2)');
  for (const field of TEXT_FIELDS) {
    const text = value[field];
    if (typeof text !== 'string' || isBlank(text))
      throw notValid(`${field} is empty, blank or not a string (EPT-1)`);
    if (text.includes("'")) throw notValid(`an apostrophe in ${field} (EPT-3)`);
  }
  if (typeof value['priority'] !== 'number' || !Number.isInteger(value['priority'])) {
    throw notValid('priority is not a whole number (EPT-1)');
  }
  const { token, priority, groupId, hostName, url } = value as unknown as EndpointDetails;
  checkUrl(url);
  return { token, priority, groupId, hostName, url };
}

/** Whether a field counts as blank (EPT-3): white space alone, the ideographic space of Japanese keyboards included. */
export const isBlank = (text: string): boolean => text.trim() === '';

/** The position of the first apostrophe in JSON text, which is refused in any name or value (EPT-3); -1 without one. */
export const apostropheIn = (text: string): number => text.search(/'|(?<=(?:^|[^\\])(?:\\\\)*)\\u0027/);

/** Only `wss://host[:port]/uri` is valid (EPT-3). */
function checkUrl(url: string): void {
  if (!URL.canParse(url)) throw new DetailsError('malformedUrl', url);
  if (new URL(url).protocol !== 'wss:') throw new DetailsError('onlyWss', `${url} (EPT-3)`);
}

/** Reads details from JSON text. Throws {@link DetailsError} (ERR-1, ERR-2). */
export function parseDetails(text: string): EndpointDetails {
  if (isBlank(text)) throw new DetailsError('contentsNotValid', 'the text is empty');
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new DetailsError('contentsNotValid', `${(error as Error).message} (TRAP-4)`);
  }
  const details = toDetails(value);
  if (apostropheIn(text) >= 0) throw new DetailsError('contentsNotValid', 'an apostrophe (EPT-3)');
  return details;
}

/** Reads a details file (EPT-2). Throws an Error that names the file: {@link DetailsError} if NetBackup would refuse it. */
export async function readDetailsFile(path: string): Promise<EndpointDetails> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    const why = code === 'ENOENT' ? 'the file does not exist' : `cannot read the file (${code})`;
    throw new Error(`${path}: ${why}`);
  }
  try {
    return parseDetails(text);
  } catch (error) {
    if (error instanceof DetailsError) error.message = `${path}: ${error.message}`;
    throw error;
  }
}
