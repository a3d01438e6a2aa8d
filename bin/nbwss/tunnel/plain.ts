/** What others wrote, fit for a terminal. Pure. */

/** Control characters, and what changes the direction or the lines of a text. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

/** The text with a replacement character for all that a terminal would act on. */
export const plain = (text: string): string => text.replace(UNSEEN, '\ufffd');

const sizeOf = (bytes: number): string => (bytes < 1024 ? `${bytes} B` : `${Math.round(bytes / 1024)} KB`);

export interface Done {
  readonly groupId: string;
  readonly method: string;
  /** Without its query, whose values are not for a terminal that somebody looks at. */
  readonly path: string;
  /** Absent when the client left before there was an answer. */
  readonly answer?: { readonly status: number; readonly code: string | undefined; readonly bytes: number };
  readonly ms: number;
}

/** One line for a call. A refusal of ours carries its code, so that nobody looks for it in NetBackup. */
export const logLine = (now: Date, { groupId, method, path, answer, ms }: Done): string => {
  const outcome = answer
    ? `${answer.status} ${answer.code === undefined ? '' : `${answer.code} (nbwss) `}${sizeOf(answer.bytes)}`
    : 'client left';
  return plain(`${now.toTimeString().slice(0, 8)} ${groupId} ${method} ${path} ${outcome} ${ms} ms`);
};
