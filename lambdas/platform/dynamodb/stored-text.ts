/** Long texts of items: stored compressed where that saves write units, otherwise as they are. Readers accept both. */
import { brotliCompressSync, brotliDecompressSync, constants } from 'node:zlib';
import { NBWSS_PACKET_BYTES } from '../../protocol/limits.ts';
import { writeUnits } from './item-size.ts';

/** Higher qualities save a few percent, and take a hundred times as long. */
const QUALITY = 5;
/** No text is longer: a message has 128 KB, and its canonical JSON at most five times that. */
export const MAX_TEXT_BYTES = NBWSS_PACKET_BYTES;

const compress = (text: Buffer): Uint8Array =>
  brotliCompressSync(text, {
    params: { [constants.BROTLI_PARAM_QUALITY]: QUALITY, [constants.BROTLI_PARAM_SIZE_HINT]: text.length },
  });

/** @throws RangeError as soon as the text is longer than {@link MAX_TEXT_BYTES} */
export const decompress = (bytes: Uint8Array): string =>
  brotliDecompressSync(bytes, { maxOutputLength: MAX_TEXT_BYTES }).toString('utf8');

/**
 * The attributes that cost less to write; `plain` if both cost the same.
 * @param plain attributes with this text as it is
 * @param compressed the same attributes with the text as these bytes
 * @param others the other attributes of the item
 */
export const cheaperForm = <P extends object, C extends object>(
  plain: P,
  text: string,
  compressed: (bytes: Uint8Array) => C,
  others: object = {},
): P | C => {
  const units = writeUnits({ ...others, ...plain });
  const bytes = Buffer.from(text);
  if (units === 1 || bytes.length > MAX_TEXT_BYTES) return plain;
  const other = compressed(compress(bytes));
  return writeUnits({ ...others, ...other }) < units ? other : plain;
};

interface WithText {
  readonly text: string;
}
/** An item with a `text`, as it is stored. The name differs from `text`, so that a version that cannot read it fails and tries again. */
export type Stored<T extends WithText> =
  | T
  | (Omit<T, 'text'> & { readonly text?: never; readonly compressedText: Uint8Array });

export const toStored = <T extends WithText>(item: T): Stored<T> => {
  const { text, ...rest } = item;
  return cheaperForm(item, text, (compressedText) => ({ ...rest, compressedText }));
};

export const fromStored = <T extends WithText>(stored: Stored<T>): T => {
  if (!('compressedText' in stored)) return stored;
  const { compressedText, ...rest } = stored;
  return { ...rest, text: decompress(compressedText) } as unknown as T;
};
