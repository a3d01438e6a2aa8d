/** The `id` of an NBWSS message of which only a part is known. Pure. */
import { isLastPart, type ResponsePart } from '../../platform/gateway/response-parts.ts';

/** A member with a value that is neither an object nor an array. */
const MEMBER = '"[A-Za-z]{1,32}"\\s*:\\s*(?:"[^"\\\\]{0,256}"|[-+.0-9A-Za-z]{1,64})';
const ID = '"id"\\s*:\\s*"([^"\\\\]{1,64})"';
/** ENV-6: the order of members is not significant, so `id` may stand before the payload or after it. */
const AT_START = new RegExp(`^\\s*\\{\\s*(?:${MEMBER}\\s*,\\s*){0,16}?${ID}`);
const AT_END = new RegExp(`[}\\]"\\w]\\s*,\\s*${ID}\\s*(?:,\\s*${MEMBER}\\s*){0,16}\\}\\s*$`);
/** Of an envelope without its payload. */
const CHARACTERS = 4096;

/** Undefined when the part does not have it. An `id` inside of the payload does not count. */
export const envelopeId = (part: ResponsePart): string | undefined => {
  const { index, content } = part;
  const start = index === 0 ? AT_START.exec(content.toString('latin1', 0, CHARACTERS)) : null;
  const end = isLastPart(part)
    ? AT_END.exec(content.toString('latin1', Math.max(0, content.length - CHARACTERS)))
    : null;
  return (start ?? end)?.[1];
};
