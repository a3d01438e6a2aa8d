/** Where a signed webhook is sent, and with which keys it is signed. */
import { type Clock, MINUTE_MS } from '../platform/clock.ts';
import { type ReadSecret, SecretNotReadable, type SecretStage } from '../platform/secrets.ts';
import { KEY_FORM, signingKey } from './signature.ts';

/** The configuration of an alert: `url`, or the secret whose text is the URL. */
export interface WebhookSettings {
  readonly url?: string;
  readonly urlSecret?: string;
  readonly signingSecret: string;
}

export interface Receiver {
  readonly url: URL;
  /** The current key, then the previous one, if there is one. */
  readonly keys: readonly Buffer[];
}

/** @throws SecretNotReadable for what only a change of a secret repairs; other errors may pass */
export type FindReceiver = (settings: WebhookSettings) => Promise<Receiver>;

/** After this time a changed secret is read again. */
const CACHED_MS = 5 * MINUTE_MS;

/** The texts of the secrets, each read once in five minutes. What cannot be read is not kept. */
const cached = (read: ReadSecret, clock: Clock): ReadSecret => {
  const texts = new Map<string, { readonly until: number; readonly text: string | undefined }>();
  return async (id, stage) => {
    const key = `${stage} ${id}`;
    const known = texts.get(key);
    if (known && clock() < known.until) return known.text;
    const text = await read(id, stage);
    // A secret that was missing is used as soon as it exists.
    if (text !== undefined || stage === 'AWSPREVIOUS') texts.set(key, { until: clock() + CACHED_MS, text });
    return text;
  };
};

export const createFindReceiver = (readUncached: ReadSecret, clock: Clock): FindReceiver => {
  const read = cached(readUncached, clock);

  const current = async (id: string): Promise<string> => {
    const stage: SecretStage = 'AWSCURRENT';
    const text = await read(id, stage);
    if (text === undefined) throw new SecretNotReadable(`The secret ${id} does not exist.`);
    return text;
  };

  const urlOf = async ({ url, urlSecret = '' }: WebhookSettings): Promise<URL> => {
    const text = url ?? (await current(urlSecret)).trim();
    const parsed = URL.canParse(text) ? new URL(text) : undefined;
    if (parsed?.protocol !== 'https:')
      throw new SecretNotReadable(`The secret ${urlSecret} is not a URL that starts with https://.`);
    // `fetch` would refuse it each time.
    if (parsed.username + parsed.password !== '')
      throw new SecretNotReadable(`The secret ${urlSecret} is a URL with a user or a password.`);
    return parsed;
  };

  return async (settings) => {
    const { signingSecret } = settings;
    const url = await urlOf(settings);
    const key = signingKey(await current(signingSecret));
    if (!key) throw new SecretNotReadable(`The secret ${signingSecret} is not ${KEY_FORM}.`);
    // The previous text may be older than this form of the secret.
    const previous = signingKey((await read(signingSecret, 'AWSPREVIOUS')) ?? '');
    return { url, keys: previous ? [key, previous] : [key] };
  };
};
