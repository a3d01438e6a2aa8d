import { isObject } from '../../wire/codec.ts';
import { badRequest } from './errors.ts';

/** The body as a JSON object. Throws a 400. */
export function jsonBody(body: string | undefined): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(body ?? '');
  } catch {
    throw badRequest('The request body is not valid JSON.');
  }
  if (!isObject(value)) throw badRequest('The request body is not a JSON object.');
  return value;
}

/** A required non-empty text. Throws a 400 with its name. */
export function requiredText(body: Record<string, unknown>, name: string): string {
  const value = body[name];
  if (typeof value !== 'string' || value === '') throw badRequest(`${name} is required.`);
  return value;
}

/** A required object. Throws a 400 with its name. */
export function requiredObject(body: Record<string, unknown>, name: string): Record<string, unknown> {
  const value = body[name];
  if (!isObject(value)) throw badRequest(`${name} is required.`);
  return value;
}
