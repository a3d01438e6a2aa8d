import { type Envelope, envelopeSchema } from './messages.ts';

/** Why a text is no NBWSS message; the reason code of the log line. `id` is there when it could still be read. */
export interface Malformed {
  readonly ok: false;
  readonly reason: 'not-json' | 'not-an-object' | 'not-an-envelope';
  readonly id?: string;
}
export type Parsed = { readonly ok: true; readonly message: Envelope } | Malformed;

/** Reads a WebSocket text as an NBWSS message. Never throws (TRAP-4: printed examples hold invalid JSON). */
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
  const id = (value as { id?: unknown }).id;
  return { ok: false, reason: 'not-an-envelope', ...(typeof id === 'string' ? { id } : {}) };
};

/** Whether a message is of this type and subType, as ENV-2 spells them. */
export const isOf = (message: Envelope, type: string, subType: string): boolean =>
  message.type === type && message.subType === subType;
