/** A call to NetBackup that a person enters. Pure. */
import type { Schemas } from '../../../../client/paths.ts';

type CommandRequest = Schemas['CommandRequest'];

export const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;
export type Method = (typeof METHODS)[number];

export interface CallForm {
  readonly method: Method;
  readonly uri: string;
  /** One `Name: value` on each line. */
  readonly headers: string;
  readonly body: string;
}

export const NEW_CALL: CallForm = { method: 'GET', uri: '/netbackup/ping', headers: '', body: '' };

/** Methods that only read, which need no confirmation. */
export const isChange = ({ method }: Pick<CallForm, 'method'>): boolean =>
  method !== 'GET' && method !== 'HEAD';

/** `undefined` if a line is not `Name: value`. */
export const readHeaders = (text: string): Readonly<Record<string, string>> | undefined => {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  const pairs = lines.map((line) => /^([!#$%&'*+.^_`|~0-9A-Za-z-]+):\s*(.*)$/.exec(line.trim()));
  if (pairs.includes(null)) return undefined;
  return Object.fromEntries(pairs.map((pair) => [pair?.[1] ?? '', pair?.[2] ?? '']));
};

/** The fields that cannot be sent. A body that is not JSON is sent as text. */
export const wrongParts = (
  { uri, headers }: CallForm,
  hasOwnCredential: boolean,
): readonly ('uri' | 'headers')[] => {
  const read = readHeaders(headers);
  const names = Object.keys(read ?? {}).map((name) => name.toLowerCase());
  return [
    ...(/^\/netbackup\/\S*$/.test(uri) ? [] : (['uri'] as const)),
    ...(read && !(hasOwnCredential && names.includes('authorization')) ? [] : (['headers'] as const)),
  ];
};

/** @param authorization a credential of NetBackup */
export const commandOf = (form: CallForm, authorization: string | undefined): CommandRequest => {
  const headers = {
    ...readHeaders(form.headers),
    ...(authorization && { Authorization: authorization }),
  };
  return {
    method: form.method,
    uri: form.uri,
    ...(Object.keys(headers).length > 0 && { headers }),
    ...(isChange(form) && form.body.trim() !== '' && { parameters: form.body }),
    // A person waits for it, so a disconnected domain is reported immediately.
    deliverWithin: 0,
  };
};
