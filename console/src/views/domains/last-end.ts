/** The last end of a domain's connection in words. */
import type { Schemas } from '../../api/client.ts';
import { endWords } from './end-words.ts';

export type Domain = Schemas['Group'];

/** Undefined if no connection has ended yet. */
export const lastEndText = ({ session }: Pick<Domain, 'session'>): string | undefined => {
  const { closedFor, closeCode, closeReason } = session;
  const { closedFor: reasons, codes, withCode } = endWords();
  if (closedFor !== undefined) return reasons[closedFor];
  if (closeCode === undefined) return closeReason;
  const text = (codes as Readonly<Record<number, string>>)[closeCode] ?? closeReason ?? '';
  return withCode(text, String(closeCode));
};

export const rejectionText = ({ reason, explanation }: NonNullable<Domain['lastRejection']>): string =>
  (endWords().rejections as Readonly<Record<string, string>>)[reason] ?? explanation;
