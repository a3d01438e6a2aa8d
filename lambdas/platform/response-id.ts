/** The `id` of a response (contract ENV-4). Pure. */
import { type IdText, idText } from '../protocol/messages.ts';
import { memberOf, readValidJson, textOf } from './json-text.ts';

/**
 * The JSON text of a request's `id`, for its response: the same JSON value, and a number with the same digits. Without an `id` it
 * is `null`: the response has all fields, and a decoder reads the same from `null` as from a missing field.
 * @param text the request, valid JSON
 * @param id as parsed from it
 */
export const responseId = (text: string, id: unknown): IdText => {
  if (typeof id === 'string') return idText(id);
  const written = id === undefined ? undefined : memberOf(readValidJson(text), 'id');
  return (written ? textOf(text, written) : 'null') as IdText;
};
