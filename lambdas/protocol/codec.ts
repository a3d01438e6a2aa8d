import { type Envelope, envelopeSchema } from './messages.ts';

/** Why a text is not an NBWSS message: the reason in the log. `id`: that of the object, if it has one. */
export interface Malformed {
  readonly ok: false;
  readonly reason: 'not-json' | 'not-an-object' | 'not-an-envelope';
  readonly id?: unknown;
}
export type Parsed = { readonly ok: true; readonly message: Envelope } | Malformed;

/** Parses an NBWSS message. Never throws (TRAP-4: printed examples contain invalid JSON). */
export const parseMessage = (text: string): Parsed => {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { ok: false, reason: 'not-json' };
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return { ok: false, reason: 'not-an-object' };
  }
  const parsed = envelopeSchema.safeParse(value);
  if (parsed.success) return { ok: true, message: parsed.data };
  return { ok: false, reason: 'not-an-envelope', id: (value as { id?: unknown }).id };
};

/** Whether a message has this type and subType, in the spelling of ENV-2. */
export const isOf = (message: Envelope, type: string, subType: string): boolean =>
  message.type === type && message.subType === subType;
