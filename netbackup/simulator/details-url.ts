import {
  DetailsError,
  type EndpointDetails,
  parseDetails,
  readDetailsFile,
} from '../wire/endpoint-details.ts';
import { type GetOptions, getDetails, isUrl } from '../wire/get-details.ts';
import type { MessageKey } from '../wire/netbackup-messages.ts';

const TIMEOUT_MS = 15_000;

export type DetailsUrlOptions = Partial<GetOptions>;

/** Reads details from a file, or from a URL as NetBackup does: an HTTPS GET without credentials (EPT-2). */
export function readDetails(fileOrUrl: string, options: DetailsUrlOptions = {}): Promise<EndpointDetails> {
  return isUrl(fileOrUrl) ? readDetailsUrl(fileOrUrl, options) : readDetailsFile(fileOrUrl);
}

/** NetBackup's messages about details from a URL, by its messages about the same details from a file; otherwise ERR-6. */
const URL_MESSAGES: Partial<Record<MessageKey, MessageKey>> = {
  onlyWss: 'invalidParameter',
  malformedUrl: 'malformedSourceUrl',
};

/** Reads details from an `https://` URL. Throws {@link DetailsError} (ERR-3 to ERR-6). */
export async function readDetailsUrl(
  url: string,
  { trusted = [], timeoutMs = TIMEOUT_MS }: DetailsUrlOptions = {},
): Promise<EndpointDetails> {
  if (!URL.canParse(url)) throw new DetailsError('malformedSourceUrl', url);
  const { protocol, origin, hostname } = new URL(url);
  if (protocol !== 'https:') throw new DetailsError('invalidParameter', `${origin} is not https://`);
  const reply = await getDetails(url, { trusted, timeoutMs });
  if (reply.kind === 'failed') {
    const why = reply.error.message || reply.error.code;
    throw reply.isConnected
      ? new DetailsError('openFailed', why)
      : new DetailsError('noConnection', why, hostname);
  }
  const { status, bytes } = reply;
  const notDetails = (why: string): DetailsError => new DetailsError('invalidPacket', `${origin} ${why}`);
  if (status !== 200) throw notDetails(`returned status ${status} instead of the details`);
  if (bytes === undefined) throw notDetails('returned more than 64 KB');
  try {
    return parseDetails(bytes.toString());
  } catch (error) {
    if (!(error instanceof DetailsError)) throw error;
    throw new DetailsError(URL_MESSAGES[error.key] ?? 'invalidPacket', error.detail);
  }
}
