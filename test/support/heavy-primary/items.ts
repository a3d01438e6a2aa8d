/** Items of lists as text of an exact size. */
import { hashOf } from './sizes.ts';

export interface ItemHead {
  readonly type: string;
  readonly id: string;
  /** The item's own link, as in the response. */
  readonly self: string;
  /** The id of the host that it refers to, for lists with `included`. */
  readonly host?: string;
}

const WORD = 16;
/** The size of one word as an element of a JSON array: with quotes and a comma, close to NetBackup's share of quotes. */
const ELEMENT = WORD + 3;
const WORDS = 4096;

const filling = ((): string => {
  let text = '';
  for (let word = 0; word < WORDS; word++) {
    const letters = `${hashOf(`a${word}`).toString(36)}${hashOf(`b${word}`).toString(36)}${hashOf(`c${word}`).toString(36)}`;
    text += `"${letters.padEnd(WORD, 'z').slice(0, WORD)}",`;
  }
  return text;
})();

/** Elements of an array of words, `bytes` long in total, starting with a different word for each item. */
const words = (bytes: number, from: number): string => {
  const whole = Math.max(0, Math.floor((bytes + 1) / ELEMENT));
  if (whole === 0) return ' '.repeat(Math.max(0, bytes));
  let text = '';
  for (let left = whole, at = from % WORDS; left > 0; at = 0) {
    const taken = Math.min(left, WORDS - at);
    text += filling.slice(at * ELEMENT, (at + taken) * ELEMENT);
    left -= taken;
  }
  text = text.slice(0, -1);
  // The rest is blanks, which JSON allows and which must be kept too.
  return text + ' '.repeat(bytes - text.length);
};

/** An item of `bytes` bytes, at least some 200, or 300 with a host. */
export const itemText = ({ type, id, self, host }: ItemHead, bytes: number, key: string): string => {
  const number = hashOf(`${key}#${id}`);
  // A number that JavaScript cannot represent exactly: parsing and serialising changes it.
  const totalBytes = `90071992547${String(number % 1_000_000).padStart(6, '0')}1`;
  const attributes = `{"displayName":${JSON.stringify(`${type} ${id} – Größe`)},"totalBytes":${totalBytes},"words":[`;
  const relation = host ? `,"relationships":{"host":{"data":{"type":"host","id":"${host}"}}}` : '';
  const head = `{"type":"${type}","id":${JSON.stringify(id)},"attributes":${attributes}`;
  const tail = `]}${relation},"links":{"self":{"href":${JSON.stringify(self)}}}}`;
  const remaining = bytes - Buffer.byteLength(head) - Buffer.byteLength(tail);
  return head + words(Math.max(0, remaining), number) + tail;
};
